import type { Message } from 'grammy/types';
import type { Content, Media } from '../channel.types.js';
import { isAudioFile } from '../is-audio-file.js';
import type { TelegramSelf } from './telegram-client.js';

/** In this order: Telegram gives some of them as two kinds, the more precise of which comes first. */
const OTHER_KINDS = [
  'animation',
  'live_photo',
  'photo',
  'video',
  'sticker',
  'document',
  'story',
  'paid_media',
  'rich_message',
  'contact',
  'dice',
  'game',
  'poll',
  'checklist',
  'giveaway',
  'giveaway_winners',
  'invoice',
  'venue',
  'location',
] as const satisfies readonly (keyof Message)[];

/** What is in a message; `undefined` when it tells of the chat itself: who has come, what was pinned. Captions do not count. */
export function contentOf(message: Message, self: TelegramSelf): Content | undefined {
  if (message.text !== undefined) return { type: 'text', text: plainCommand(message.text, self) };
  const media = mediaOf(message);
  if (media !== undefined) return { type: 'voice', media };
  const kind = OTHER_KINDS.find((name) => message[name] !== undefined);
  return kind === undefined ? undefined : { type: 'other', kind };
}

function mediaOf({ voice, audio, video_note: note, document }: Message): Media | undefined {
  if (voice !== undefined) return toMedia(voice);
  if (audio !== undefined) return toMedia(audio);
  if (note !== undefined) return { ...toMedia(note), mediaType: 'video/mp4', filename: 'video-note.mp4' };
  return document !== undefined && isAudioFile(document.mime_type, document.file_name) ? toMedia(document) : undefined;
}

interface TelegramFile {
  file_id: string;
  file_size?: number;
  duration?: number;
  mime_type?: string;
  file_name?: string;
}

function toMedia({ file_id: id, file_size: size, duration, mime_type: type, file_name: name }: TelegramFile): Media {
  return {
    id,
    ...(size !== undefined && { sizeBytes: size }),
    ...(duration !== undefined && { durationSeconds: duration }),
    ...(type !== undefined && { mediaType: type }),
    ...(name !== undefined && { filename: name }),
  };
}

/** `/start@the_bot` of a group is `/start`. */
function plainCommand(text: string, { username }: TelegramSelf): string {
  const [command = ''] = /^\/\w+@\w+/.exec(text) ?? [];
  const [word = '', name = ''] = command.split('@');
  return name.toLowerCase() === username.toLowerCase() ? word + text.slice(command.length) : text;
}
