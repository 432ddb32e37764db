import type { MultipartFile } from '../captured-request.js';

/** Something a bot has sent. */
export interface TelegramSent {
  method: string;
  chat: number;
  id: number;
  text?: string;
  caption?: string;
  duration?: number;
  thread?: number;
  connection?: string;
  /** The message it quotes. */
  quotes?: number;
  /** Absent: it was named, not uploaded. */
  uploaded?: MultipartFile;
  fileId?: string;
}
