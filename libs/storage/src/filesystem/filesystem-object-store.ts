import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import {
  NotFoundError,
  ParlanceError,
  throwIfAborted,
  TooLargeError,
  type ByteRange,
  type ObjectStore,
  type PresignedUpload,
  type PresignOptions,
  type PresignPutOptions,
  type PutOptions,
  type StoredObject,
} from '@parlance/contracts';
import { checkPutOptions, checkUpload, resolveRange } from '../object-checks.js';
import { checkObjectKey } from '../object-key.js';
import type { SignedMethod, UrlSigner } from '../url-signer.js';
import { ObjectDirectory, removeAbandoned } from './object-directory.js';
import type { ExpiringStore } from '../retention/retention.service.js';
import type { Retention } from '../retention/retention.js';
import { encodeDescription, readDescription, type DescribedFile, type ObjectDescription } from './object-file.js';
import { ObjectSweeper } from './object-sweeper.js';
import { asStoreError, hasCode } from './system-error.js';
import { encodeTerms } from './upload-terms.js';

export interface FilesystemObjectStoreOptions {
  /** Made when it is not there. */
  directory: string;
  /** What links begin with: `https://voice.example.com`. Whoever answers there serves `/objects/{key}`. */
  publicUrl: string;
  /** The largest object, in bytes. Default 256 MiB. */
  maximumBytes?: number;
}

const CHUNK_BYTES = 64 * 1024;

/** Keeps objects as files of one directory. Several processes may share it. */
export class FilesystemObjectStore implements ObjectStore, ExpiringStore {
  readonly bucket = 'filesystem';
  readonly maximumBytes: number;
  private readonly files: ObjectDirectory;
  private readonly publicUrl: string;

  constructor(
    { directory, publicUrl, maximumBytes = 256 * 1024 * 1024 }: FilesystemObjectStoreOptions,
    private readonly signer: UrlSigner,
  ) {
    this.maximumBytes = maximumBytes;
    this.publicUrl = publicUrl.replace(/\/+$/, '');
    this.files = new ObjectDirectory(directory);
  }

  /** The object is there whole or not at all, also when the process dies half-way. */
  async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    checkObjectKey(key);
    checkPutOptions(options);
    if (bytes.byteLength > this.maximumBytes) {
      throw new TooLargeError(`An object has at most ${this.maximumBytes} bytes; this one has ${bytes.byteLength}.`);
    }
    return attempt(signal, async () => {
      try {
        return await this.write(key, bytes, options, signal);
      } catch (error) {
        // The directory was removed or replaced meanwhile: it is made again, as at the start.
        if (!hasCode(error, 'ENOENT')) throw error;
        this.files.forget();
        return this.write(key, bytes, options, signal);
      }
    });
  }

  async get(key: string, range?: ByteRange, signal?: AbortSignal): Promise<{ object: StoredObject; chunks: AsyncIterable<Uint8Array> }> {
    checkObjectKey(key);
    return attempt(signal, async () => {
      const described = await this.describe(key);
      if (described === undefined) throw new NotFoundError('object', key);
      const { start, end } = resolveRange(range, described.sizeBytes);
      return { object: toStoredObject(key, described), chunks: this.read(key, described.version, start, end, signal) };
    });
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkObjectKey(key);
    return attempt(signal, async () => {
      const described = await this.describe(key);
      return described === undefined ? undefined : toStoredObject(key, described);
    });
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkObjectKey(key);
    await attempt(signal, () => this.files.remove(key));
  }

  /** In the order of the keys. */
  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    try {
      if (signal !== undefined) throwIfAborted(signal);
      for await (const key of this.files.keys(prefix)) {
        const described = await this.describe(key);
        if (described !== undefined) yield toStoredObject(key, described);
        if (signal !== undefined) throwIfAborted(signal);
      }
    } catch (error) {
      throw asStoreError(error, signal);
    }
  }

  async presignGet(key: string, options: PresignOptions): Promise<string> {
    return this.presign('GET', key, options);
  }

  /** Whoever serves the link holds the upload to its terms. */
  async presignPut(key: string, options: PresignPutOptions): Promise<PresignedUpload> {
    checkUpload(options);
    const { contentType } = options;
    return {
      url: this.presign('PUT', key, options, encodeTerms(options)),
      headers: contentType === undefined ? {} : { 'content-type': contentType },
    };
  }

  /** Deletes what is older than allowed, as much of it as one sweep may; there is always more to come. */
  async expire(retention: Retention, signal: AbortSignal): Promise<boolean> {
    if (retention.rules.length === 0) return true;
    await attempt(signal, async () => {
      const places = await this.files.places();
      await new ObjectSweeper(places, retention, signal).sweep();
      await removeAbandoned(places.incoming);
    });
    return false;
  }

  private async write(
    key: string,
    bytes: Uint8Array,
    { contentType, metadata = {} }: PutOptions,
    signal?: AbortSignal,
  ): Promise<StoredObject> {
    const description = { version: randomUUID(), contentType, createdAt: new Date().toISOString(), metadata: { ...metadata } };
    const temporary = await this.files.temporaryPath();
    try {
      await writeWhole(temporary, bytes, description, signal);
      await this.files.place(temporary, key, () => signal !== undefined && throwIfAborted(signal));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    return toStoredObject(key, { ...description, sizeBytes: bytes.byteLength });
  }

  private presign(method: SignedMethod, key: string, { expiresInSeconds }: PresignOptions, terms?: string): string {
    const query = new URLSearchParams({ ...this.signer.sign(method, key, expiresInSeconds, terms) });
    return `${this.publicUrl}/objects/${key}?${query.toString()}`;
  }

  private async describe(key: string): Promise<DescribedFile | undefined> {
    const file = await this.files.open(key);
    if (file === undefined) return undefined;
    try {
      return await readDescription(file);
    } finally {
      await file.close();
    }
  }

  /** Opens the file only when it is read: a stream that nobody reads must not hold it open. */
  private async *read(key: string, version: string, start: number, end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    let file: FileHandle | undefined;
    try {
      if (signal !== undefined) throwIfAborted(signal);
      file = await this.files.open(key);
      if (file === undefined || (await readDescription(file)).version !== version) {
        throw new ParlanceError('server', 'The object was replaced or deleted before it was read.');
      }
      for (let position = start; position < end;) {
        const wanted = Math.min(CHUNK_BYTES, end - position);
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
        if (bytesRead === 0) throw new ParlanceError('server', 'The stored object ended too early.');
        if (signal !== undefined) throwIfAborted(signal);
        position += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } catch (error) {
      throw asStoreError(error, signal);
    } finally {
      await file?.close();
    }
  }
}

/** Runs one operation: not at all when the caller has left, and with errors that name no path. */
async function attempt<Result>(signal: AbortSignal | undefined, operation: () => Promise<Result>): Promise<Result> {
  try {
    if (signal !== undefined) throwIfAborted(signal);
    return await operation();
  } catch (error) {
    throw asStoreError(error, signal);
  }
}

async function writeWhole(path: string, bytes: Uint8Array, description: ObjectDescription, signal?: AbortSignal): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes, signal === undefined ? {} : { signal });
    await file.writeFile(encodeDescription(description));
    // A rename can reach the disk before the bytes do.
    await file.datasync();
  } finally {
    await file.close();
  }
}

function toStoredObject(key: string, { sizeBytes, contentType, createdAt, metadata }: DescribedFile): StoredObject {
  return { key, sizeBytes, contentType, createdAt: new Date(createdAt), metadata };
}
