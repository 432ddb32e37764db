import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
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
import type { Client } from 'minio';
import { checkLifetime, checkPutOptions, checkUpload, resolveRange } from '../object-checks.js';
import { checkObjectKey, isObjectKey } from '../object-key.js';
import type { ExpiringStore } from '../retention/retention.service.js';
import type { Retention } from '../retention/retention.js';
import { ensureBucket } from './s3-bucket.js';
import { S3Body } from './s3-body.js';
import { createClient } from './s3-client.js';
import { S3Call, unlessAborted, type S3Connection } from './s3-call.js';
import { fromHeaders, toHeaders } from './s3-description.js';
import { parseEndpoint } from './s3-endpoint.js';
import { asS3Error, codeOf, isMissing, isReset, notOfAStore } from './s3-error.js';
import { setExpiry } from './s3-lifecycle.js';
import { reasonOf } from './s3-refusal.js';
import { presignUpload } from './s3-upload.js';

export interface S3ObjectStoreOptions {
  /** `https://s3.example.com` or `http://host:port`: any S3-compatible server, addressed by path. */
  endpoint: string;
  /** Such as `us-east-1`, which is what servers of one's own usually take. */
  region: string;
  /** Made when it is not there. */
  bucket: string;
  accessKey: string;
  secretKey: string;
  /** The largest object, in bytes. Default 256 MiB. */
  maximumBytes?: number;
  /** How long a call may wait for the server, besides a second for each megabyte it moves. Default 15 000. */
  deadlineMilliseconds?: number;
}

const DEFAULT_MAXIMUM_BYTES = 256 * 1024 * 1024;
const DEFAULT_DEADLINE_MILLISECONDS = 15_000;
/** What a slow line still carries. */
const BYTES_PER_MILLISECOND = 1000;
/** The least the client takes for a part; what is no larger than a part goes in one request. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;
/** Before servers close an idle connection, which would break the next call. */
const IDLE_MILLISECONDS = 4000;
const PAGE_SIZE = 1000;
const DESCRIBED_AT_ONCE = 8;

/** Keeps objects in a bucket of an S3-compatible server. */
export class S3ObjectStore implements ObjectStore, ExpiringStore {
  readonly bucket: string;
  readonly maximumBytes: number;
  private readonly connection: S3Connection;
  private readonly deadlineMilliseconds: number;
  private bucketReady: Promise<void> | undefined;

  /** @throws InvalidRequestError when endpoint or bucket cannot be used */
  constructor(options: S3ObjectStoreOptions) {
    const { region, bucket, accessKey, secretKey } = options;
    const place = parseEndpoint(options.endpoint, bucket);
    this.bucket = bucket;
    this.maximumBytes = options.maximumBytes ?? DEFAULT_MAXIMUM_BYTES;
    this.deadlineMilliseconds = options.deadlineMilliseconds ?? DEFAULT_DEADLINE_MILLISECONDS;
    const agentOptions = { keepAlive: true, timeout: IDLE_MILLISECONDS };
    this.connection = {
      options: { ...place, region, accessKey, secretKey, partSize: Math.max(SMALLEST_PART_BYTES, this.maximumBytes) },
      agent: place.useSSL ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions),
    };
  }

  async put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject> {
    checkObjectKey(key);
    checkPutOptions(options);
    if (bytes.byteLength > this.maximumBytes) {
      throw new TooLargeError(`An object has at most ${this.maximumBytes} bytes; this one has ${bytes.byteLength}.`);
    }
    // A copy: the caller may change its own while this one goes out. Never a stream: the client does not survive its errors.
    const body = Buffer.from(bytes);
    const { etag } = await this.call(key, signal, body.byteLength, (client) =>
      client.putObject(this.bucket, key, body, body.byteLength, toHeaders(options)),
    );
    if (etag === '') throw notOfAStore();
    const { contentType, metadata = {} } = options;
    return { key, sizeBytes: body.byteLength, contentType, createdAt: new Date(), metadata: { ...metadata } };
  }

  async get(key: string, range?: ByteRange, signal?: AbortSignal): Promise<{ object: StoredObject; chunks: AsyncIterable<Uint8Array> }> {
    checkObjectKey(key);
    const { start, end } = resolveRange(range, Number.MAX_SAFE_INTEGER);
    const length = range?.end === undefined ? 0 : end - start;
    const response = await this.call(key, signal, 0, async (client, call) => {
      await client.getPartialObject(this.bucket, key, start, length);
      return call.response;
    });
    if (response === undefined) throw new ParlanceError('server', 'The object store gave no answer.');
    let object: StoredObject;
    try {
      object = fromHeaders(key, response.headers);
      // Of an empty object the server gives all there is instead of refusing.
      if (range !== undefined) resolveRange(range, object.sizeBytes);
    } catch (error) {
      response.destroy();
      throw error;
    }
    const limits = { chunkMilliseconds: this.deadlineMilliseconds, totalMilliseconds: this.limitOf(object.sizeBytes) };
    return { object, chunks: new S3Body(response, key, signal, limits) };
  }

  async stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined> {
    checkObjectKey(key);
    return this.call(key, signal, 0, async (client, call) => {
      try {
        await client.statObject(this.bucket, key);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw await reasonOf(error, client, this.bucket);
      }
      return fromHeaders(key, call.response?.headers ?? {});
    });
  }

  async delete(key: string, signal?: AbortSignal): Promise<void> {
    checkObjectKey(key);
    const status = await this.call(key, signal, 0, async (client, call) => {
      try {
        await client.removeObject(this.bucket, key);
      } catch (error) {
        // Some servers say so, and others that it is deleted.
        if (!isMissing(error)) throw error;
      }
      return call.response?.statusCode;
    });
    // A page that answers in place of the store says 200, to every question.
    if (status === 200 && (await this.stat(key, signal)) !== undefined) throw notOfAStore();
  }

  /** In the order of the keys. Objects of others, whose keys could not be used here, are left out. */
  async *list(prefix: string, signal?: AbortSignal): AsyncGenerator<StoredObject> {
    let token: string | undefined = '';
    while (token !== undefined) {
      const from: string = token;
      const page = await this.call(prefix, signal, 0, (client) => client.listObjectsV2Query(this.bucket, prefix, from, '', PAGE_SIZE, ''));
      const keys = page.objects.flatMap(({ name }) => (name !== undefined && isObjectKey(name) ? [name] : []));
      for (let at = 0; at < keys.length; at += DESCRIBED_AT_ONCE) {
        // A list has neither content types nor metadata.
        const objects = await Promise.all(keys.slice(at, at + DESCRIBED_AT_ONCE).map((key) => this.stat(key, signal)));
        for (const object of objects) if (object !== undefined) yield object;
      }
      token = page.isTruncated ? page.nextContinuationToken : undefined;
      // The same page would come again and again.
      if (token === '') throw notOfAStore();
    }
  }

  async presignGet(key: string, { expiresInSeconds }: PresignOptions): Promise<string> {
    checkObjectKey(key);
    checkLifetime(expiresInSeconds);
    return (await createClient(this.connection.options)).presignedGetObject(this.bucket, key, expiresInSeconds);
  }

  /** Asks the server once: whoever uploads cannot make the bucket. */
  async presignPut(key: string, options: PresignPutOptions): Promise<PresignedUpload> {
    checkObjectKey(key);
    checkLifetime(options.expiresInSeconds);
    checkUpload(options);
    await this.call(key, undefined, 0, () => Promise.resolve());
    const client = await createClient(this.connection.options);
    const url = await client.presignedPutObject(this.bucket, key, options.expiresInSeconds);
    if (options.contentType === undefined && options.sizeBytes === undefined) return { url, headers: {} };
    const { origin, pathname } = new URL(url);
    return presignUpload(new URL(pathname, origin), this.connection.options, options);
  }

  /** Resolves when the server answers and takes the keys; makes the bucket when it is missing. */
  async ping(signal?: AbortSignal): Promise<void> {
    await this.call('', signal, 0, (client) => client.bucketExists(this.bucket));
  }

  /** Sets the rules of the bucket by which the server deletes by itself. */
  async expire({ rules }: Retention, signal?: AbortSignal): Promise<boolean> {
    await this.call('', signal, 0, (client) => setExpiry(client, this.bucket, rules));
    return true;
  }

  /** Ends all connections, also those of bodies that are being read. */
  close(): void {
    this.connection.agent.destroy();
  }

  /** One call: not at all for a caller who has left, within its time, and with errors that name no key of the account. */
  private async call<Result>(
    key: string,
    signal: AbortSignal | undefined,
    bytes: number,
    work: (client: Client, call: S3Call) => Promise<Result>,
  ): Promise<Result> {
    try {
      if (signal !== undefined) throwIfAborted(signal);
      await this.prepareBucket(signal);
      return await this.once(signal, bytes, work);
    } catch (error) {
      if (codeOf(error) === 'NoSuchBucket') this.bucketReady = undefined;
      throw asS3Error(error, key, signal);
    }
  }

  private async once<Result>(
    signal: AbortSignal | undefined,
    bytes: number,
    work: (client: Client, call: S3Call) => Promise<Result>,
    again = false,
  ): Promise<Result> {
    const call = new S3Call(this.connection, signal, this.limitOf(bytes));
    try {
      return await call.run((client) => work(client, call));
    } catch (error) {
      // A connection that was kept and had been closed by the server meanwhile. Everything here may be done twice.
      if (again || !isReset(error) || !call.reusedConnection) throw error;
    } finally {
      call.finish();
    }
    return this.once(signal, bytes, work, true);
  }

  /** Once for all calls; the next one tries again after a failure. A caller who leaves does not take it from the others. */
  private async prepareBucket(signal: AbortSignal | undefined): Promise<void> {
    this.bucketReady ??= this.once(undefined, 0, (client) => ensureBucket(client, this.bucket, this.connection.options.region)).catch(
      (error: unknown) => {
        this.bucketReady = undefined;
        throw error;
      },
    );
    await unlessAborted(this.bucketReady, signal);
  }

  private limitOf(bytes: number): number {
    return this.deadlineMilliseconds + bytes / BYTES_PER_MILLISECOND;
  }
}
