/** One stored object. `key` is a `/`-separated path without `.` or `..` parts. */
export interface StoredObject {
  key: string;
  sizeBytes: number;
  contentType: string;
  createdAt: Date;
  /** ASCII names and values. */
  metadata: Readonly<Record<string, string>>;
}

/** Inclusive byte positions; `end` absent: to the end of the object. */
export interface ByteRange {
  start: number;
  end?: number;
}

export interface PutOptions {
  contentType: string;
  metadata?: Readonly<Record<string, string>>;
}

export interface PresignOptions {
  /** Seconds the link lives, 1-604800. */
  expiresInSeconds: number;
}

/** What an upload must be, as far as it is known before. */
export interface PresignPutOptions extends PresignOptions, Partial<PutOptions> {
  /** Exactly so many bytes. */
  sizeBytes?: number;
  /** At most so many, where the store can hold to that; a signature of S3 cannot say it. */
  maximumBytes?: number;
}

/** A link for one upload, and the headers that must be sent with it as they are. */
export interface PresignedUpload {
  url: string;
  headers: Readonly<Record<string, string>>;
}

/** Where audio is kept. */
export interface ObjectStore {
  readonly bucket: string;
  put(key: string, bytes: Uint8Array, options: PutOptions, signal?: AbortSignal): Promise<StoredObject>;
  /** @throws NotFoundError */
  get(key: string, range?: ByteRange, signal?: AbortSignal): Promise<{ object: StoredObject; chunks: AsyncIterable<Uint8Array> }>;
  /** `undefined` when there is none. */
  stat(key: string, signal?: AbortSignal): Promise<StoredObject | undefined>;
  /** Deleting what is not there is no error. */
  delete(key: string, signal?: AbortSignal): Promise<void>;
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>;
  /** A link anyone can read the object by until it expires. */
  presignGet(key: string, options: PresignOptions): Promise<string>;
  /** A link anyone can upload this one object by until it expires. */
  presignPut(key: string, options: PresignPutOptions): Promise<PresignedUpload>;
}

/** The injection token has the name of the port. */
export const ObjectStore = Symbol('ObjectStore');
