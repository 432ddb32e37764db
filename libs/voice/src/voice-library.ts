import { audioFormatInfo, measureDuration, sniffFormat } from '@parlance/audio';
import { ObjectStore, type VoiceFile } from '@parlance/contracts';
import { buildObjectKey } from '@parlance/storage';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';
import type { Speech, SpeakRequest } from './voice.types.js';

export interface Link {
  url: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** Speech as stored files with links that expire. */
@Injectable()
export class VoiceLibrary {
  private readonly urlSeconds: number;

  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.urlSeconds = options.urlSeconds ?? 3600;
  }

  async store(speech: Speech, bytes: Uint8Array, owner: Pick<SpeakRequest, 'tenant' | 'agent'>, signal: AbortSignal): Promise<VoiceFile> {
    const { mediaType, extension } = audioFormatInfo(speech.format);
    const createdAt = new Date();
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const named = {
      ...(owner.tenant === undefined ? {} : { tenant: owner.tenant }),
      ...(owner.agent === undefined ? {} : { agent: owner.agent }),
    };
    const key = buildObjectKey({ kind: 'speech', ...named, date: createdAt, sha256, extension });
    const stored = await this.objects.put(key, bytes, { contentType: mediaType }, signal);
    const duration = durationOf(bytes, speech);
    return {
      id: Buffer.from(key).toString('base64url'),
      originalFilename: `speech.${extension}`,
      mediaType,
      sizeBytes: stored.sizeBytes,
      ...(duration === undefined ? {} : { durationSeconds: duration }),
      format: speech.format,
      sampleRate: speech.sampleRate,
      channels: 1,
      createdAt: createdAt.toISOString(),
      bucket: this.objects.bucket,
      key,
    };
  }

  async link(file: VoiceFile, expiresInSeconds = this.urlSeconds): Promise<Link> {
    const url = await this.objects.presignGet(file.key, { expiresInSeconds });
    return { url, expiresAt: new Date(Date.now() + expiresInSeconds * 1000).toISOString() };
  }
}

function durationOf(bytes: Uint8Array, { format, sampleRate }: Speech): number | undefined {
  if (format === 'pcm') return bytes.byteLength / 2 / sampleRate;
  const container = sniffFormat(bytes);
  return container === undefined ? undefined : measureDuration(bytes, container);
}
