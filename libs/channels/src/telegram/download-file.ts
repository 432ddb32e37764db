import { AbortedError, ParlanceError, TooLargeError } from '@parlance/contracts';
import { request } from 'undici';
import type { Media } from '../channel.types.js';
import type { TelegramClient } from './telegram-client.js';

export const PUBLIC_DOWNLOAD_MEGABYTES = 20;
const PUBLIC_LIMIT_BYTES = PUBLIC_DOWNLOAD_MEGABYTES * 1024 * 1024;

export interface DownloadedFile {
  bytes: Uint8Array;
  /** Its name on Telegram's server, which is seldom the one it was sent with. */
  name: string;
}

/** All of a file. @throws ParlanceError `too_large`, `not_found`, `unsupported` (a local Bot API server), `timeout`, `server` */
export async function downloadFile(
  client: TelegramClient,
  media: Media,
  maximumBytes: number,
  signal: AbortSignal,
): Promise<DownloadedFile> {
  checkSize(client, media.sizeBytes, maximumBytes);
  // A link holds for an hour; it is asked for once more, should that hour have passed on the way.
  for (let attempt = 1; attempt <= 2; attempt++) {
    const file = await client.ask((api, given) => api.getFile(media.id, given), signal);
    checkSize(client, file.file_size, maximumBytes);
    const path = remotePath(file.file_path);
    const bytes = await client.ask(() => read(client, path, maximumBytes, signal), signal, 2);
    if (bytes !== undefined) return { bytes, name: path.slice(path.lastIndexOf('/') + 1) };
  }
  throw failure('not_found', 'Telegram does not have this recording any more: send it again.');
}

function checkSize({ isOwnServer }: TelegramClient, sizeBytes: number | undefined, maximumBytes: number): void {
  if (sizeBytes === undefined) return;
  if (sizeBytes > maximumBytes) throw tooLarge(maximumBytes);
  if (!isOwnServer && sizeBytes > PUBLIC_LIMIT_BYTES) {
    throw new TooLargeError(
      'Telegram hands over recordings of at most 20 MB: send a shorter one, or set base_url to a server of your own.',
    );
  }
}

function tooLarge(maximumBytes: number): TooLargeError {
  return new TooLargeError(`The recording has more than ${maximumBytes} bytes: send a shorter one.`);
}

/** A Bot API server in its local mode gives a path on its own disk, which is not this one's to read. */
function remotePath(path: string | undefined): string {
  if (path === undefined) throw failure('not_found', 'Telegram does not hand over this recording: send it again.');
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..')) {
    throw failure('unsupported', 'The Bot API server keeps files on its own disk: start it without --local.', 'local_files');
  }
  return path;
}

/** @returns `undefined` when the link does not hold any more */
async function read(client: TelegramClient, path: string, maximumBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const deadline = AbortSignal.timeout(client.timeoutMilliseconds);
  try {
    const { statusCode, headers, body } = await request(client.fileUrl(path), { signal: AbortSignal.any([signal, deadline]) });
    if (statusCode !== 200) {
      await body.dump();
      if (statusCode === 404) return undefined;
      throw statusCode === 401
        ? failure('auth', "Telegram does not know the bot's token: check it, or have BotFather make another.")
        : failure('server', `Telegram answered ${statusCode} instead of the recording. Try again.`);
    }
    if (Number(headers['content-length'] ?? 0) > maximumBytes) {
      // Destroying it is an error of its own, of which nobody need hear.
      body.on('error', () => undefined).destroy();
      throw tooLarge(maximumBytes);
    }
    return await collect(body, maximumBytes);
  } catch (error) {
    if (error instanceof ParlanceError) throw error;
    if (signal.aborted) throw new AbortedError(signal.reason);
    // The causes hold the link, and the link the token.
    if (deadline.aborted) throw failure('timeout', 'Telegram did not hand over the recording in time. Try again.');
    throw failure('server', 'The connection to Telegram broke. Try again.');
  }
}

/** Leaving the loop gives the connection back. */
async function collect(body: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > maximumBytes) throw tooLarge(maximumBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function failure(code: 'auth' | 'not_found' | 'server' | 'timeout' | 'unsupported', message: string, reason?: string): ParlanceError {
  return new ParlanceError(code, message, { provider: 'telegram', ...(reason !== undefined && { reason }) });
}
