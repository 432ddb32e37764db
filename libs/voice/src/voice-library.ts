import { audioFormatInfo, measureDuration, sniffFormat } from '@parlance/audio';
import {
  ObjectStore,
  ParlanceError,
  readAll,
  throwIfAborted,
  withTimeLimit,
  type ExhaustedError,
  type StoredObject,
  type VoiceFile,
} from '@parlance/contracts';
import { buildObjectKey, Retention } from '@parlance/storage';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { toMetadata, toVoiceFile, type AudioFacts } from './files/file-description.js';
import { idOf } from './files/file-id.js';
import { keepObject, type NewObject } from './files/keep-object.js';
import { DEFAULT_LINK_SECONDS, linkSeconds } from './files/link-seconds.js';
import { recordingObject } from './files/recording-object.js';
import { PendingObjects } from './files/pending-objects.js';
import type { FileLink } from './files/voice-files.js';
import { logLine } from './observation/log-line.js';
import type { TranscriptionJob } from './transcription/transcription-job.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';
import type { RequestOrigin, Speech, SpeakRequest } from './voice.types.js';

/** A file that is there, and a link to it. */
export type LinkedFile = FileLink & { file: VoiceFile };

export interface SpeechToStore {
  speech: Speech;
  bytes: Uint8Array;
  owner: Pick<SpeakRequest, 'tenant' | 'agent'>;
  /** Of the link; default: the service's. */
  expiresInSeconds?: number;
}

/** How long a caller is kept waiting for a recording to be put away. */
const KEEP_MILLISECONDS = 10_000;

/** Speech as stored files with links that expire. */
@Injectable()
export class VoiceLibrary {
  private readonly urlSeconds: number;
  private readonly storeMilliseconds: number;
  private readonly logger = new Logger('Voice');

  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
    private readonly pending: PendingObjects,
    @Optional() @Inject(Retention) private readonly retention?: Retention,
  ) {
    this.urlSeconds = options.urlSeconds ?? DEFAULT_LINK_SECONDS;
    this.storeMilliseconds = options.storeMilliseconds ?? 5000;
  }

  /** @throws ParlanceError when the store does not take it */
  async store(wanted: SpeechToStore, signal: AbortSignal): Promise<LinkedFile> {
    const { facts, ...object } = newObject(wanted);
    return this.linked(await keepObject(this.objects, object, signal), facts, wanted.expiresInSeconds);
  }

  /**
   * The same within a few seconds.
   * @returns `undefined` while the store is away; the speech is stored later, if it comes back in time
   * @throws ParlanceError for what the store would never take; AbortedError when the caller leaves
   */
  async storeIfPossible(wanted: SpeechToStore, signal: AbortSignal): Promise<LinkedFile | undefined> {
    const { facts, ...object } = newObject(wanted);
    if (this.pending.isAway) {
      this.pending.add(object);
      return undefined;
    }
    try {
      const stored = await withTimeLimit(this.storeMilliseconds, signal, (inTime) => keepObject(this.objects, object, inTime));
      return await this.linked(stored, facts, wanted.expiresInSeconds);
    } catch (error) {
      throwIfAborted(signal);
      if (!(error instanceof ParlanceError) || error.code === 'invalid' || error.code === 'too_large') throw error;
      this.pending.add(object, error.code === 'aborted' ? tooSlow() : error);
      return undefined;
    }
  }

  /**
   * Puts a recording away that nobody could transcribe.
   * @returns the failure, with the id of what was kept; without it where even that has failed
   */
  async keepRecording(
    { recording, tenant, agent, filename }: TranscriptionJob,
    failure: ExhaustedError,
    origin?: RequestOrigin,
  ): Promise<ExhaustedError> {
    const owner = { tenant, ...(agent !== undefined && { agent }), ...(filename !== undefined && { filename }) };
    try {
      const object = recordingObject({ bytes: await readAll(recording.bytes), ...owner }, recording.format);
      // The caller may be gone by now, which is all the more reason to keep it.
      await keepObject(this.objects, object, AbortSignal.timeout(KEEP_MILLISECONDS));
      return failure.withRecording(idOf(object.key));
    } catch (error) {
      this.logger.error(logLine(`A recording that nobody could transcribe could not be kept either: ${codeOf(error)}`, origin));
      return failure;
    }
  }

  private async linked(stored: StoredObject, facts: AudioFacts, asked = this.urlSeconds): Promise<LinkedFile> {
    const seconds = linkSeconds(stored, asked, this.retention);
    const url = await this.objects.presignGet(stored.key, { expiresInSeconds: seconds });
    const file = toVoiceFile(stored, this.objects.bucket, facts);
    return { file, url, expiresAt: new Date(Date.now() + seconds * 1000).toISOString() };
  }
}

function newObject({ speech, bytes, owner: { tenant = 'default', agent } }: SpeechToStore): NewObject & { facts: AudioFacts } {
  const { format, sampleRate } = speech;
  const { mediaType, extension } = audioFormatInfo(format);
  const place = { kind: 'speech' as const, tenant, ...(agent !== undefined && { agent }), date: new Date(), extension };
  const duration = durationOf(bytes, speech);
  const length = duration === undefined ? {} : { durationSeconds: duration };
  const facts = { originalFilename: `speech.${extension}`, ...length, format, sampleRate, channels: 1 };
  const key = buildObjectKey({ ...place, sha256: sha256Of(bytes) });
  return { key, bytes, contentType: mediaType, metadata: toMetadata(facts), facts };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function tooSlow(): ParlanceError {
  return new ParlanceError('timeout', 'The object store was too slow. Look how it is.');
}

function codeOf(error: unknown): string {
  return error instanceof ParlanceError ? error.code : 'an unforeseen failure';
}

function durationOf(bytes: Uint8Array, { format, sampleRate }: Speech): number | undefined {
  if (format === 'pcm') return bytes.byteLength / 2 / sampleRate;
  const container = sniffFormat(bytes);
  return container === undefined ? undefined : measureDuration(bytes, container);
}
