import type { Message, Update } from 'grammy/types';
import { shownChat, type TelegramChat, type TelegramChats } from './telegram-chats.js';
import type { TelegramFileKind, TelegramFiles } from './telegram-files.js';

export interface TelegramPost {
  /** More fields of the message, or others than usual. */
  with?: Partial<Message>;
  /** As Telegram says of the file, if that is not true. */
  announcedBytes?: number;
}

/** What people write, as Telegram tells bots of it. */
export class TelegramPosts {
  private lastUpdate = 700_000;

  constructor(
    private readonly chats: TelegramChats,
    private readonly files: TelegramFiles,
  ) {}

  text(chat: TelegramChat, text: string, post: TelegramPost = {}): Update {
    return this.post(chat, { text }, post);
  }

  voice(chat: TelegramChat, bytes: Uint8Array, post: TelegramPost = {}): Update {
    return this.post(chat, { voice: { ...this.file('voice', bytes, post), duration: 2, mime_type: 'audio/ogg' } }, post);
  }

  audio(chat: TelegramChat, bytes: Uint8Array, post: TelegramPost = {}): Update {
    const file = { ...this.file('audio', bytes, post), duration: 2, mime_type: 'audio/mpeg', file_name: 'song.mp3', title: 'Song' };
    return this.post(chat, { audio: file }, post);
  }

  videoNote(chat: TelegramChat, bytes: Uint8Array, post: TelegramPost = {}): Update {
    return this.post(chat, { video_note: { ...this.file('video_note', bytes, post), duration: 2, length: 240 } }, post);
  }

  document(chat: TelegramChat, bytes: Uint8Array, described: { file_name?: string; mime_type?: string }, post: TelegramPost = {}): Update {
    return this.post(chat, { document: { ...this.file('document', bytes, post), ...described } }, post);
  }

  /** Anything else. A message of a business is one with a connection. */
  post(chat: TelegramChat, content: Partial<Message>, { with: more = {} }: TelegramPost = {}): Update {
    const sender = chat.type === 'private' ? chat.id : 4242;
    const message = {
      message_id: this.chats.addMessage(chat),
      from: { id: sender, is_bot: false, first_name: 'Ada', last_name: 'Lovelace', language_code: 'en' },
      chat: shownChat(chat),
      date: Math.floor(Date.now() / 1000),
      ...content,
      ...more,
    } as Message & Update.NonChannel;
    this.lastUpdate += 1;
    const kind = more.business_connection_id === undefined ? 'message' : 'business_message';
    return { update_id: this.lastUpdate, [kind]: message };
  }

  private file(kind: TelegramFileKind, bytes: Uint8Array, { announcedBytes }: TelegramPost) {
    const { file_id, file_unique_id, file_size } = this.files.add(kind, bytes, announcedBytes);
    return { file_id, file_unique_id, file_size };
  }
}
