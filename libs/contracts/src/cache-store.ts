/** A binary cache. Keys are opaque short strings; values are never changed after they were set. */
export interface CacheStore {
  /** One round trip for all keys; `undefined` where there is no live entry. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /**
   * The entry itself, where this process has it at hand, for whoever neither changes the bytes nor hands them over.
   * `undefined`: `getMany` may know more.
   */
  lend?(key: string): Uint8Array | undefined;
  /**
   * @param value the store's from then on: whoever sets it neither changes its bytes nor hands them over
   * @param ttlSeconds how long the entry lives, > 0. An entry larger than the whole store is not kept.
   * @param tags by which it can be deleted together with others
   */
  set(key: string, value: Uint8Array, ttlSeconds: number, tags?: readonly string[]): Promise<void>;
  delete(keys: readonly string[]): Promise<void>;
  /** Deletes everything that was set with the tag. @returns the keys that are gone */
  deleteTagged(tag: string): Promise<string[]>;
}

/** The injection token has the name of the port. */
export const CacheStore = Symbol('CacheStore');
