import { createHash } from 'node:crypto';
import { badRequest } from './telegram-answers.js';

export interface TelegramStoredFile {
  file_id: string;
  file_unique_id: string;
  /** As Telegram says, whatever the bytes. */
  file_size: number;
  path: string;
  bytes: Buffer;
  kind: TelegramFileKind;
  /** How often its link refuses from now on. */
  expired: number;
}

export type TelegramFileKind = 'voice' | 'audio' | 'video_note' | 'document';

const ENDINGS = { voice: 'oga', audio: 'mp3', video_note: 'mp4', document: 'bin' } as const;
const FOLDERS = { voice: 'voice', audio: 'music', video_note: 'video_notes', document: 'documents' } as const;
const LARGEST_DOWNLOAD = 20 * 1024 * 1024;

/** The files one bot knows: nobody else's names of them are any good. */
export class TelegramFiles {
  private readonly files = new Map<string, TelegramStoredFile>();

  constructor(private readonly botId: string) {}

  /** @param announcedBytes as Telegram says of it, if that is not true */
  add(kind: TelegramFileKind, bytes: Uint8Array, announcedBytes = bytes.byteLength): TelegramStoredFile {
    const number = this.files.size;
    const hash = createHash('sha256').update(`${this.botId}:${number}`).digest('base64url');
    const file: TelegramStoredFile = {
      file_id: `AwACAgIAAxk${hash}`,
      file_unique_id: `AgAD${hash.slice(0, 8)}`,
      file_size: announcedBytes,
      path: `${FOLDERS[kind]}/file_${number}.${ENDINGS[kind]}`,
      bytes: Buffer.from(bytes),
      kind,
      expired: 0,
    };
    this.files.set(file.file_id, file);
    return file;
  }

  find(fileId: string): TelegramStoredFile | undefined {
    return this.files.get(fileId);
  }

  forget(fileId: string): void {
    this.files.delete(fileId);
  }

  /** `getFile` */
  link(fileId: string | undefined) {
    if (fileId === undefined || fileId === '') throw badRequest('file_id not specified');
    const file = this.files.get(fileId);
    if (file === undefined) throw badRequest('wrong file_id or the file is temporarily unavailable');
    if (file.file_size > LARGEST_DOWNLOAD) throw badRequest('file is too big');
    return { file_id: file.file_id, file_unique_id: file.file_unique_id, file_size: file.file_size, file_path: file.path };
  }

  /** The bytes behind a link; `undefined` where it does not hold. */
  read(path: string): Buffer | undefined {
    const file = [...this.files.values()].find((candidate) => candidate.path === path);
    if (file === undefined) return undefined;
    if (file.expired === 0) return file.bytes;
    file.expired -= 1;
    return undefined;
  }
}
