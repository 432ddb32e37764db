import { ParlanceError } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import { MemoryCacheStore } from '../memory/memory-cache-store.js';
import type { Lookup, RemoteCacheStore } from './remote-cache-store.js';
import { TieredCacheStore } from './tiered-cache-store.js';

/** Parts of a remote store by the first letter of their keys, some of which are away. */
class Parts {
  readonly away = new Set<string>();
  /** The keys of each look, in order. */
  readonly looks: (readonly string[])[] = [];

  readonly store = { lookUp: (keys: readonly string[]) => this.lookUp(keys) } as unknown as RemoteCacheStore;

  private lookUp(keys: readonly string[]): Promise<Lookup> {
    this.looks.push(keys);
    const failures = keys
      .filter((key) => this.away.has(key.slice(0, 1)))
      .map((key) => ({ key, error: new ParlanceError('unavailable', 'This part is away.') }));
    return Promise.resolve({ entries: keys.map(() => undefined), failures });
  }
}

it('is over when all parts that were away are back, and was one outage', async () => {
  const parts = new Parts();
  const states: string[] = [];
  const onStateChange = (state: string) => void states.push(state);
  const store = new TieredCacheStore(new MemoryCacheStore(), parts.store, { probeMilliseconds: 1, onStateChange });
  parts.away.add('a').add('b');
  await store.getMany(['a1', 'b1', 'b2', 'c1']);
  parts.away.delete('a');
  await eventually(() => Promise.resolve(parts.looks.at(-1)?.join() === 'b1,b2'), 'It went on asking for what it had read.');
  expect(states).toEqual(['away']);
  parts.away.delete('b');
  await eventually(() => Promise.resolve(store.state === 'ready'), 'It did not come back.');
  expect(states).toEqual(['away', 'ready']);
  expect(parts.looks[1]).toEqual(['a1', 'b1', 'b2']);
  store.close();
});

it('is one outage also of parts that were found away one after the other', async () => {
  const parts = new Parts();
  const states: string[] = [];
  const onStateChange = (state: string) => void states.push(state);
  const store = new TieredCacheStore(new MemoryCacheStore(), parts.store, { probeMilliseconds: 1, onStateChange });
  parts.away.add('a').add('b');
  await store.getMany(['a1']);
  await store.getMany(['b1']);
  parts.away.delete('a');
  parts.looks.length = 0;
  await eventually(() => Promise.resolve(parts.looks.some((keys) => keys.join() === 'b1')), 'It did not ask for the other part.');
  expect(states).toEqual(['away']);
  parts.away.delete('b');
  await eventually(() => Promise.resolve(store.state === 'ready'), 'It did not come back.');
  expect(states).toEqual(['away', 'ready']);
  store.close();
});
