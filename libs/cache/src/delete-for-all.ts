import { ParlanceError, type CacheStore } from '@parlance/contracts';
import { TieredCacheStore } from './tiered/tiered-cache-store.js';

/**
 * Deletes as the store does, for whoever has to know that nobody is answered with it any more.
 * @returns the keys that are gone, of those that were deleted by their tag
 * @throws ParlanceError `unavailable` where only this process has deleted it, since Redis is away
 */
export async function deleteForAll(store: CacheStore, what: { key: string } | { tag: string }): Promise<string[]> {
  const { keys, reached } = await remove(store, what);
  if (reached) return keys;
  throw new ParlanceError(
    'unavailable',
    'Redis does not answer: it is deleted in this process, and not where all processes find it. Delete it again in a moment.',
    { reason: 'cache_unavailable' },
  );
}

async function remove(store: CacheStore, what: { key: string } | { tag: string }): Promise<{ keys: string[]; reached: boolean }> {
  const isTiered = store instanceof TieredCacheStore;
  if ('tag' in what) return isTiered ? store.removeTagged(what.tag) : { keys: await store.deleteTagged(what.tag), reached: true };
  const reached = isTiered ? await store.remove([what.key]) : await store.delete([what.key]).then(() => true);
  return { keys: [what.key], reached };
}
