import { createHash } from 'node:crypto';
import { ParlanceError } from '@parlance/contracts';
import type { IncomingMessage, Media } from '../channel.types.js';
import { tooLarge } from './limited-body.js';
import { hexHash } from './media-hash.js';
import type { MediaInfo, WhatsAppClient } from './whatsapp-client.js';

/** Endings by media type: some recognisers go by the name. */
const ENDINGS: Readonly<Record<string, string>> = {
  'audio/ogg': 'ogg',
  'audio/opus': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'audio/aac': 'aac',
  'audio/amr': 'amr',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/webm': 'webm',
  'audio/flac': 'flac',
};
/** What an address that is no longer good answers. */
const STALE: ReadonlySet<string> = new Set(['not_found', 'auth', 'permission', 'invalid']);

/** Fetches recordings of messages: from the address in the message, else by their id. */
export class MediaDownload {
  constructor(private readonly client: WhatsAppClient) {}

  /** @throws ParlanceError `too_large`, `not_found`, `timeout`, `server` (`media_damaged`: not the bytes that were announced) */
  async fetch({ content }: IncomingMessage, maximumBytes: number, signal: AbortSignal): Promise<{ bytes: Uint8Array; filename: string }> {
    if (content.type !== 'voice') throw new ParlanceError('not_found', 'There is no recording in this message.');
    const { media } = content;
    checkSize(media.sizeBytes, maximumBytes);
    const found = (await this.byAddress(media, maximumBytes, signal)) ?? (await this.byId(media, maximumBytes, signal));
    const { bytes, info } = found;
    checkHash(bytes, hexHash(media.sha256));
    checkHash(bytes, hexHash(info?.sha256));
    return { bytes, filename: filenameOf(media.mediaType ?? info?.mediaType) };
  }

  /** Nothing when there is no address of the platform in the message, or it is no longer good. */
  private async byAddress(media: Media, maximumBytes: number, signal: AbortSignal): Promise<Found | undefined> {
    if (media.url === undefined || !this.client.trusts(media.url)) return undefined;
    try {
      return { bytes: await this.client.download(media.url, maximumBytes, signal) };
    } catch (error) {
      if (error instanceof ParlanceError && STALE.has(error.code)) return undefined;
      throw error;
    }
  }

  /** The address lives for minutes: one that is gone is asked for once more. */
  private async byId(media: Media, maximumBytes: number, signal: AbortSignal): Promise<Found> {
    try {
      return await this.byNewAddress(media, maximumBytes, signal);
    } catch (error) {
      if (!(error instanceof ParlanceError && error.code === 'not_found' && error.reason !== 'media_gone')) throw error;
      return this.byNewAddress(media, maximumBytes, signal);
    }
  }

  private async byNewAddress({ id }: Media, maximumBytes: number, signal: AbortSignal): Promise<Found> {
    const info = await this.client.mediaInfo(id, signal);
    checkSize(info.sizeBytes, maximumBytes);
    return { bytes: await this.client.download(info.url, maximumBytes, signal), info };
  }
}

interface Found {
  bytes: Uint8Array;
  info?: MediaInfo;
}

function checkSize(sizeBytes: number | undefined, maximumBytes: number): void {
  if (sizeBytes !== undefined && sizeBytes > maximumBytes) throw tooLarge(maximumBytes);
}

function checkHash(bytes: Uint8Array, announced: string | undefined): void {
  if (announced === undefined || createHash('sha256').update(bytes).digest('hex') === announced) return;
  throw new ParlanceError('server', 'The recording did not come as it was sent. Try again, or ask for it to be sent again.', {
    reason: 'media_damaged',
  });
}

function filenameOf(mediaType = ''): string {
  const [type = ''] = mediaType.toLowerCase().split(';');
  return `voice.${ENDINGS[type.trim()] ?? 'ogg'}`;
}
