import { audioFormatInfo, measureDuration, recordingFormatInfo, sniffFormat } from '@parlance/audio';
import { ObjectStore, ParlanceError, type ExhaustedError, type VoiceFile } from '@parlance/contracts';
import { buildObjectKey } from '@parlance/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { TranscriptionJob } from './transcription/transcription-job.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';
import type { Speech, SpeakRequest } from './voice.types.js';

export interface Link {
  url: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** How long a caller is kept waiting for a recording to be put away. */
const KEEP_MILLISECONDS = 10_000;

/** Speech as stored files with links that expire. */
@Injectable()
export class VoiceLibrary {
  private readonly urlSeconds: number;
  private readonly logger = new Logger('Voice');

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
      id: idOf(key),
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

  /**
   * Puts a recording away that nobody could transcribe.
   * @returns the failure, with the id of what was kept; without it where even that has failed
   */
  async keepRecording({ recording, tenant, agent }: TranscriptionJob, failure: ExhaustedError): Promise<ExhaustedError> {
    const { bytes, format } = recording;
    const { mediaType, extension } = recordingFormatInfo(format);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const key = buildObjectKey({ kind: 'recording', tenant, ...(agent !== undefined && { agent }), date: new Date(), sha256, extension });
    try {
      // The caller may be gone by now, which is all the more reason to keep it.
      await this.objects.put(key, bytes, { contentType: mediaType }, AbortSignal.timeout(KEEP_MILLISECONDS));
      return failure.withRecording(idOf(key));
    } catch (error) {
      this.logger.error(`A recording that nobody could transcribe could not be kept either: ${codeOf(error)}`);
      return failure;
    }
  }

  async link(file: VoiceFile, expiresInSeconds = this.urlSeconds): Promise<Link> {
    const url = await this.objects.presignGet(file.key, { expiresInSeconds });
    return { url, expiresAt: new Date(Date.now() + expiresInSeconds * 1000).toISOString() };
  }
}

/** The name under which a stored object is known to callers. */
function idOf(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function codeOf(error: unknown): string {
  return error instanceof ParlanceError ? error.code : 'an unforeseen failure';
}

function durationOf(bytes: Uint8Array, { format, sampleRate }: Speech): number | undefined {
  if (format === 'pcm') return bytes.byteLength / 2 / sampleRate;
  const container = sniffFormat(bytes);
  return container === undefined ? undefined : measureDuration(bytes, container);
}
