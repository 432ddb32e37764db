import { randomUUID } from 'node:crypto';
import { describeRecording } from '@parlance/audio';
import { NotFoundError, ObjectStore, ParlanceError, TooLargeError, type StoredObject, type VoiceFile } from '@parlance/contracts';
import { buildObjectKey, isOwnedBy, originalFilename, Retention, type AgentRetention } from '@parlance/storage';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { keepObject } from './keep-object.js';
import { linkSeconds } from './link-seconds.js';
import { recordingObject, type NewRecording } from './recording-object.js';
import { inSpan } from '../observation/spans.js';
import { collect } from '../streams/async-streams.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { idOf, keyOf, noSuchFile } from './file-id.js';
import { fromMetadata, toMetadata, toVoiceFile } from './file-description.js';
import { safeFilename, uploadType } from './upload-type.js';

export type { NewRecording } from './recording-object.js';

/** What is said of an upload before it comes. */
export interface UploadRequest {
  /** Such as `audio/ogg`; this or a filename with an extension that is known. */
  contentType?: string;
  filename?: string;
  /** Exactly so many bytes; absent: as many as are taken. */
  sizeBytes?: number;
  /** Default `default`. */
  tenant?: string;
  agent?: string;
}

/** Where to upload to. */
export interface Upload {
  /** Of the file, once it is there. */
  id: string;
  upload: {
    url: string;
    method: 'PUT';
    /** Must be sent as they are. */
    headers: Readonly<Record<string, string>>;
    /** ISO 8601, UTC. */
    expiresAt: string;
  };
}

/** A link that anybody can open. */
export interface FileLink {
  url: string;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/** How long an upload may be begun. */
const UPLOAD_SECONDS = 3600;
/** How much is read of a file to find out what it is: all of most recordings. */
const HEAD_BYTES = 4 * 1024 * 1024;

/** Stored audio by its id: to upload, look at, link to, read and delete. */
@Injectable()
export class VoiceFiles {
  private readonly maximumBytes: number;

  constructor(
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
    @Optional() @Inject(Retention) private readonly retention?: Retention,
  ) {
    this.maximumBytes = options.maximumAudioBytes ?? 25 * 1024 * 1024;
  }

  /** @throws InvalidRequestError, TooLargeError */
  async prepareUpload({ tenant = 'default', agent, sizeBytes, ...named }: UploadRequest): Promise<Upload> {
    if (sizeBytes !== undefined && sizeBytes > this.maximumBytes) throw tooLarge(sizeBytes, this.maximumBytes, 'sizeBytes');
    const { contentType, extension } = uploadType(named);
    const place = { kind: 'recording' as const, tenant, ...(agent !== undefined && { agent }), date: new Date(), extension };
    const key = buildObjectKey({ ...place, upload: randomUUID() });
    const metadata = toMetadata({ originalFilename: safeFilename(named.filename, `recording.${extension}`) });
    const size = sizeBytes === undefined ? { maximumBytes: this.maximumBytes } : { sizeBytes };
    const { url, headers } = await this.objects.presignPut(key, { expiresInSeconds: UPLOAD_SECONDS, contentType, metadata, ...size });
    return { id: idOf(key), upload: { url, method: 'PUT', headers, expiresAt: inSeconds(UPLOAD_SECONDS) } };
  }

  /** Stores a recording as it is; one that is there is not stored twice. @throws ParlanceError */
  async keep(recording: NewRecording, signal: AbortSignal): Promise<VoiceFile> {
    const stored = await keepObject(this.objects, recordingObject(recording), signal);
    const facts = describeRecording(recording.bytes, recording.bytes.byteLength) ?? {};
    return toVoiceFile(stored, this.objects.bucket, facts);
  }

  /** How long the audio of some agents is kept, where that is less than all other is. */
  setRetention(agents: readonly AgentRetention[]): void {
    this.retention?.setAgents(agents);
  }

  /** @throws ParlanceError `not_found` */
  async describe(id: string, signal: AbortSignal): Promise<VoiceFile> {
    const object = await this.find(id, signal);
    const known = fromMetadata(object.metadata);
    if (known !== undefined) return toVoiceFile(object, this.objects.bucket, known);
    const head = object.sizeBytes === 0 ? new Uint8Array() : await this.readBytes(object.key, HEAD_BYTES, signal);
    return toVoiceFile(object, this.objects.bucket, describeRecording(head, object.sizeBytes) ?? {});
  }

  /**
   * A link to a file that is there; it does not outlive the file.
   * @param expiresInSeconds 1-604800
   * @throws ParlanceError `not_found`; InvalidRequestError
   */
  async link(id: string, expiresInSeconds: number, signal: AbortSignal): Promise<FileLink> {
    const object = await this.find(id, signal);
    const seconds = linkSeconds(object, expiresInSeconds, this.retention);
    return { url: await this.objects.presignGet(object.key, { expiresInSeconds: seconds }), expiresAt: inSeconds(seconds) };
  }

  /** Deleting what is not there any more is no error. @throws ParlanceError `not_found` for what was never an id */
  async delete(id: string, signal: AbortSignal): Promise<void> {
    await this.objects.delete(keyOf(id), signal);
  }

  /** The bytes of a recording. @throws ParlanceError `not_found`; TooLargeError before anything is read */
  async read(id: string, signal: AbortSignal): Promise<{ bytes: Uint8Array; filename: string }> {
    const object = await this.find(id, signal);
    if (object.sizeBytes > this.maximumBytes) throw tooLarge(object.sizeBytes, this.maximumBytes, 'fileId');
    const bytes = object.sizeBytes === 0 ? new Uint8Array() : await this.readBytes(object.key, this.maximumBytes, signal);
    return { bytes, filename: originalFilename(object.metadata) ?? 'recording' };
  }

  /** Where the bytes lie in the object store, for whoever reads them later. @throws ParlanceError `not_found` */
  async locate(id: string, signal: AbortSignal): Promise<{ key: string; filename: string }> {
    const { key, metadata } = await this.find(id, signal);
    return { key, filename: originalFilename(metadata) ?? 'recording' };
  }

  /**
   * @param tenant whose files may be reached; absent: anybody's
   * @throws ParlanceError `not_found` for a file of another, as for one that is not there
   */
  checkOwner(id: string, tenant: string | undefined): void {
    if (tenant !== undefined && !isOwnedBy(keyOf(id), tenant)) throw noSuchFile();
  }

  private async find(id: string, signal: AbortSignal): Promise<StoredObject> {
    const object = await this.objects.stat(keyOf(id), signal);
    if (object === undefined) throw noSuchFile();
    return object;
  }

  /** From the beginning, and no more than so many, whatever has become of the object meanwhile. */
  private async readBytes(key: string, maximumBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    try {
      return await inSpan('storage get', {}, async (span) => {
        const { chunks } = await this.objects.get(key, { start: 0, end: maximumBytes - 1 }, signal);
        const bytes = await collect(chunks);
        span.setAttribute('parlance.bytes', bytes.byteLength);
        return bytes;
      });
    } catch (error) {
      throw error instanceof NotFoundError ? noSuchFile() : error;
    }
  }
}

function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toISOString();
}

function tooLarge(sizeBytes: number, maximumBytes: number, param: string): ParlanceError {
  return new TooLargeError(`The file has ${sizeBytes} bytes; at most ${maximumBytes} are taken. Send it compressed or in parts.`, param);
}
