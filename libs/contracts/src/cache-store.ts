/** A binary cache. Keys are opaque short strings; values are never changed after they were set. */
export interface CacheStore {
  /** One round trip for all keys; `undefined` where there is no live entry. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** @param ttlSeconds how long the entry lives, > 0. An entry larger than the whole store is not kept. */
  set(key: string, value: Uint8Array, ttlSeconds: number): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
}

/** The injection token has the name of the port. */
export const CacheStore = Symbol('CacheStore');
