import type { CacheStore, ParlanceError } from '@parlance/contracts';

export interface RemoteEntry {
  value: Uint8Array;
  /** Until it expires, >= 0; infinite when it does not. */
  remainingSeconds: number;
}

export interface Lookup {
  /** In the order of the keys; `undefined` where there is none, or where it could not be read. */
  entries: readonly (RemoteEntry | undefined)[];
  /** The keys that could not be read, and why. */
  failures: readonly { key: string; error: ParlanceError }[];
}

/** A cache on other machines, parts of which may be away. */
export interface RemoteCacheStore extends CacheStore {
  /** One round trip for all keys. Never rejects. */
  lookUp(keys: readonly string[]): Promise<Lookup>;
  /** Bytes of all that is in it, also of what is not of this cache. */
  bytesHeld(): Promise<number>;
}
