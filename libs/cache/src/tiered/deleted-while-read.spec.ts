import { MemoryCacheStore } from '../memory/memory-cache-store.js';
import type { RemoteCacheStore } from './remote-cache-store.js';
import { TieredCacheStore } from './tiered-cache-store.js';

describe('what is deleted while somebody reads it', () => {
  it('is not in memory afterwards', async () => {
    let answer: (found: unknown) => void = () => undefined;
    const looked = new Promise((resolve) => (answer = resolve));
    let reading: Promise<unknown> = Promise.resolve();
    const remote = {
      lookUp: () => looked,
      delete: async () => {
        answer({ entries: [{ value: Uint8Array.of(1), remainingSeconds: 1000 }], failures: [] });
        await reading;
      },
    } as unknown as RemoteCacheStore;
    const store = new TieredCacheStore(new MemoryCacheStore(), remote);
    reading = store.getMany(['key']);
    await store.delete(['key']);
    expect(await reading).toEqual([Uint8Array.of(1)]);
    expect(store.lend('key')).toBeUndefined();
  });
});
