import { badRequest, TelegramRefusal } from './telegram-answers.js';

/** A chat, and what goes wrong in it. */
export interface TelegramChat {
  id: number;
  type: 'private' | 'group' | 'supergroup' | 'channel';
  title?: string;
  username?: string;
  first_name?: string;
  is_forum?: true;
  /** The topics that are open. */
  threads: Set<number>;
  /** The messages that are there. */
  messages: Set<number>;
  /** Connections by which the bot may answer in the name of a business. */
  connections: Set<string>;
  /** The person takes no voice messages, or no recordings at all. */
  voiceForbidden: boolean;
  audioForbidden: boolean;
  blocked: boolean;
  migratedTo?: number;
  /** Refuses everything so long from the next message on. */
  limitNext?: { retryAfterSeconds: number };
  /** Until when it refuses, as `Date.now()` counts. */
  limitedUntil: number;
  /** Requests that came too early. */
  impatient: number;
}

export type NewTelegramChat = Partial<TelegramChat> & Pick<TelegramChat, 'id'>;

const FIRST_MESSAGE = 101;

export class TelegramChats {
  private readonly chats = new Map<number, TelegramChat>();
  private lastMessage = FIRST_MESSAGE - 1;

  add(chat: NewTelegramChat): TelegramChat {
    const whole: TelegramChat = {
      type: 'private',
      threads: new Set(),
      messages: new Set(),
      connections: new Set(),
      voiceForbidden: false,
      audioForbidden: false,
      blocked: false,
      limitedUntil: 0,
      impatient: 0,
      ...chat,
    };
    this.chats.set(whole.id, whole);
    return whole;
  }

  clear(): void {
    this.chats.clear();
    this.lastMessage = FIRST_MESSAGE - 1;
  }

  /** The number of a new message in the chat. */
  addMessage(chat: TelegramChat): number {
    this.lastMessage += 1;
    chat.messages.add(this.lastMessage);
    return this.lastMessage;
  }

  /** A chat that may be written to now. */
  open(id: number | undefined): TelegramChat {
    if (id === undefined) throw badRequest('chat_id is empty');
    const chat = this.chats.get(id);
    if (chat === undefined) throw badRequest('chat not found');
    refuseHurry(chat);
    if (chat.migratedTo !== undefined) {
      const parameters = { migrate_to_chat_id: chat.migratedTo };
      throw new TelegramRefusal(400, 'Bad Request: group chat was upgraded to a supergroup chat', parameters);
    }
    if (!chat.blocked) return chat;
    const why = chat.type === 'private' ? 'bot was blocked by the user' : `bot was kicked from the ${chat.type} chat`;
    throw new TelegramRefusal(403, `Forbidden: ${why}`);
  }
}

/** As it stands in messages. */
export function shownChat({ id, type, title, username, first_name, is_forum }: TelegramChat) {
  return {
    id,
    type,
    ...(title !== undefined && { title }),
    ...(username !== undefined && { username }),
    ...(first_name !== undefined && { first_name }),
    ...(is_forum !== undefined && { is_forum }),
  };
}

function refuseHurry(chat: TelegramChat): void {
  if (chat.limitNext !== undefined) {
    chat.limitedUntil = Date.now() + chat.limitNext.retryAfterSeconds * 1000;
    delete chat.limitNext;
  } else if (Date.now() < chat.limitedUntil) chat.impatient += 1;
  const left = Math.ceil((chat.limitedUntil - Date.now()) / 1000);
  if (left > 0) throw new TelegramRefusal(429, `Too Many Requests: retry after ${left}`, { retry_after: left });
}
