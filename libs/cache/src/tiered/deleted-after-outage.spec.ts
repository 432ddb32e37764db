import { ParlanceError } from '@parlance/contracts';
import { MemoryCacheStore } from '../memory/memory-cache-store.js';
import type { RemoteCacheStore } from './remote-cache-store.js';
import type { SharedDeletions } from './shared-deletions.js';
import { TieredCacheStore } from './tiered-cache-store.js';

/** A store that is away when it is written to for the first time, and there from then on. */
function awayAtFirst() {
  const held = new Set<string>();
  let isAway = true;
  const remote = {
    set: async (key: string) => {
      if (isAway) {
        isAway = false;
        throw new ParlanceError('unavailable', 'It is away.');
      }
      held.add(key);
    },
    lookUp: async (keys: readonly string[]) => ({ entries: keys.map(() => undefined), failures: [] }),
    delete: async (keys: readonly string[]) => keys.forEach((key) => held.delete(key)),
    deleteTagged: async () => [],
  } as unknown as RemoteCacheStore;
  return { held, remote };
}

describe('what could not be written', () => {
  const outage = async (deletions?: SharedDeletions) => {
    const { held, remote } = awayAtFirst();
    let isBack: () => void = () => undefined;
    const back = new Promise<void>((resolve) => (isBack = resolve));
    const onStateChange = (state: string) => void (state === 'ready' && isBack());
    const store = new TieredCacheStore(new MemoryCacheStore(), remote, {
      probeMilliseconds: 1,
      onStateChange,
      ...(deletions !== undefined && { deletions }),
    });
    await store.set('key', Uint8Array.of(1), 60, ['tag']);
    return { held, store, back };
  };

  it('is written when the store is back', async () => {
    const { held, back } = await outage();
    await back;
    expect([...held]).toEqual(['key']);
  });

  it.each([
    ['by its key', (store: TieredCacheStore) => store.delete(['key'])],
    ['by its tag', (store: TieredCacheStore) => store.deleteTagged('tag')],
  ])('is not when it was deleted meanwhile, %s', async (_how, forget) => {
    const { held, store, back } = await outage();
    await forget(store);
    await back;
    expect([...held]).toEqual([]);
  });

  it('is not when another process has deleted it meanwhile', async () => {
    let hear: (keys: readonly string[]) => void = () => undefined;
    const deletions = { onDeleted: (listener: typeof hear) => (hear = listener), tell: () => undefined };
    const { held, back } = await outage(deletions as unknown as SharedDeletions);
    hear(['key']);
    await back;
    expect([...held]).toEqual([]);
  });

  it('is not kept in memory when it was deleted before that was known', async () => {
    let fail: (error: Error) => void = () => undefined;
    let asked: () => void = () => undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    const set = () =>
      new Promise<void>((_resolve, reject) => {
        fail = reject;
        asked();
      });
    const remote = { set, delete: async () => undefined } as unknown as RemoteCacheStore;
    const store = new TieredCacheStore(new MemoryCacheStore(), remote);
    const writing = store.set('key', Uint8Array.of(1), 60);
    await isAsked;
    await store.delete(['key']);
    fail(new ParlanceError('unavailable', 'It is away.'));
    await writing;
    store.close();
    expect(store.lend('key')).toBeUndefined();
  });
});
