import { randomUUID } from 'node:crypto';
import { describeWithRedis } from '@parlance/testing';
import { Replicas } from '../turns/__fixtures__/replicas.js';
import type { CheckpointStore, StoredCheckpoint } from './checkpoint-store.js';
import { MemoryCheckpointStore } from './memory-checkpoint-store.js';
import { RedisCheckpointStore } from './redis-checkpoint-store.js';

const replicas = new Replicas();
afterAll(() => replicas.close());

const bytes = (...values: number[]) => Uint8Array.from(values);

/** Bytes as numbers, writes in order. */
function plain(stored: StoredCheckpoint | undefined) {
  if (stored === undefined) return undefined;
  const writes = stored.writes.map(({ taskId, index, body }) => `${taskId} ${index} ${[...body].join()}`);
  return { id: stored.id, body: [...stored.body], writes: writes.toSorted() };
}

function describeStore(name: string, make: () => CheckpointStore | Promise<CheckpointStore>): void {
  describe(`CheckpointStore ${name}`, () => {
    let store: CheckpointStore;
    let thread: string;
    beforeEach(async () => {
      store = await make();
      thread = randomUUID();
    });
    const root = () => ({ thread, namespace: '' });
    const task = (of: string, namespace = 'node:1') => ({ thread, namespace, root: of });
    const read = async (namespace = '') => plain(await store.read({ thread, namespace }));

    it('keeps the latest checkpoint of each namespace, byte by byte', async () => {
      expect(await read()).toBeUndefined();
      await store.put(root(), { id: '1', body: bytes(0, 255, 10) });
      await store.put(root(), { id: '2', body: bytes(13, 0) });
      await store.put({ thread, namespace: 'inner' }, { id: '1', body: bytes() });
      expect([await read(), await read('inner')]).toEqual([
        { id: '2', body: [13, 0], writes: [] },
        { id: '1', body: [], writes: [] },
      ]);
      expect((await store.namespaces(thread)).toSorted()).toEqual(['', 'inner']);
    });

    it('keeps what was written first, except where the latest counts', async () => {
      await store.put(root(), { id: '1', body: bytes() });
      await store.putWrites(root(), '1', [
        { taskId: 'a', index: 0, body: bytes(1) },
        { taskId: 'a', index: -3, body: bytes(2) },
        { taskId: 'b', index: 0, body: bytes(3, 0) },
      ]);
      await store.putWrites(root(), '1', [
        { taskId: 'a', index: 0, body: bytes(4) },
        { taskId: 'a', index: -3, body: bytes(5) },
      ]);
      expect((await read())?.writes).toEqual(['a -3 5', 'a 0 1', 'b 0 3,0']);
    });

    it('gives a checkpoint the writes that came before it, and forgets those of older ones', async () => {
      await store.putWrites(root(), '1', [{ taskId: 'a', index: 0, body: bytes(1) }]);
      await store.putWrites(root(), '2', [{ taskId: 'a', index: 0, body: bytes(2) }]);
      expect(await read()).toBeUndefined();
      await store.put(root(), { id: '1', body: bytes() });
      expect((await read())?.writes).toEqual(['a 0 1']);
      await store.put(root(), { id: '2', body: bytes() });
      expect((await read())?.writes).toEqual(['a 0 2']);
      // Of a process whose clock is behind.
      await store.put(root(), { id: '1', body: bytes() });
      expect((await read())?.writes).toEqual([]);
      await store.put(root(), { id: '2', body: bytes() });
      expect((await read())?.writes).toEqual([]);
    });

    it('forgets the namespaces of tasks when the graph moves on, and no others', async () => {
      await store.put(root(), { id: '1', body: bytes() });
      await store.put(task('1'), { id: '7', body: bytes() });
      await store.putWrites(task('1'), '7', [{ taskId: 'a', index: 0, body: bytes(1) }]);
      await store.putWrites(task('1', 'node:2'), '8', [{ taskId: 'a', index: 0, body: bytes(1) }]);
      await store.put({ thread, namespace: 'own' }, { id: '7', body: bytes() });
      await store.put(task('2', 'node:3'), { id: '9', body: bytes() });
      await store.put(root(), { id: '1', body: bytes(1) });
      expect((await read('node:1'))?.writes).toEqual(['a 0 1']);
      await store.put(root(), { id: '2', body: bytes() });
      expect((await store.namespaces(thread)).toSorted()).toEqual(['', 'node:3', 'own']);
      for (const namespace of ['node:1', 'node:2']) {
        await store.put({ thread, namespace }, { id: '7', body: bytes() });
        expect((await read(namespace))?.writes).toEqual([]);
      }
    });

    it('writes only over what it may', async () => {
      expect(await store.put(root(), { id: '2', body: bytes(2), over: ['1'] })).toBe(true);
      expect(await store.put(root(), { id: '3', body: bytes(3), over: ['1', '0'] })).toBe(false);
      expect(await store.put(root(), { id: '3', body: bytes(3), over: [] })).toBe(false);
      expect((await read())?.body).toEqual([2]);
      expect(await store.put(root(), { id: '3', body: bytes(3), over: ['1', '2'] })).toBe(true);
      expect((await read())?.body).toEqual([3]);
    });

    it('takes any names for what they are', async () => {
      for (const namespace of ['__proto__', 'constructor', 'a|b:c\n', 'ü']) {
        await store.put({ thread, namespace }, { id: '__proto__', body: bytes(1) });
        await store.putWrites({ thread, namespace }, '__proto__', [{ taskId: 'a:b%', index: 1, body: bytes(1) }]);
        expect(await read(namespace)).toEqual({ id: '__proto__', body: [1], writes: ['a:b% 1 1'] });
      }
      expect(({} as Record<string, unknown>)['a']).toBeUndefined();
    });

    it('forgets a thread with everything in it, and no other', async () => {
      await store.put(root(), { id: '1', body: bytes() });
      await store.put({ thread: `${thread}2`, namespace: '' }, { id: '1', body: bytes() });
      await store.put(task('1'), { id: '1', body: bytes() });
      await store.deleteThread(thread);
      expect([await read(), await read('node:1'), await store.namespaces(thread)]).toEqual([undefined, undefined, []]);
      expect(await store.read({ thread: `${thread}2`, namespace: '' })).toBeDefined();
    });
  });
}

describeStore('in memory', () => new MemoryCheckpointStore());
describeWithRedis((url) =>
  describeStore('in Redis', async () => {
    const { connections } = replicas.open(url());
    await connections.opened('commands');
    return new RedisCheckpointStore(connections.commands!, 60);
  }),
);

describe('MemoryCheckpointStore', () => {
  it('lets the threads go that were not touched for longest when bytes or threads are too many', async () => {
    const options = [{ maximumBytes: 50_000 }, { maximumThreads: 4, maximumBytes: 1_000_000 }];
    for (const store of options.map((each) => new MemoryCheckpointStore(each))) {
      const put = (thread: string, id: string) => store.put({ thread, namespace: '' }, { id, body: new Uint8Array(10_000) });
      for (const thread of ['a', 'b', 'c', 'd']) await put(thread, '1');
      await put('a', '2');
      await put('e', '1');
      const found = await Promise.all(['a', 'b', 'e'].map((thread) => store.read({ thread, namespace: '' })));
      expect(found.map((each) => each?.id)).toEqual(['2', undefined, '1']);
    }
  });

  it('holds no more than the bytes it counts', async () => {
    const store = new MemoryCheckpointStore();
    const place = { thread: 'a', namespace: '' };
    // Such a Buffer is a small part of a large one.
    const small = () => Buffer.concat([Buffer.from([1, 2]), Buffer.from([3])]);
    await store.put(place, { id: '1', body: small() });
    await store.putWrites(place, '1', [{ taskId: 'a', index: 0, body: small() }]);
    const found = await store.read(place);
    const held = [found!.body, found!.writes[0]!.body].map(({ buffer }) => buffer.byteLength);
    expect(held).toEqual([3, 3]);
    expect(small().buffer.byteLength).toBeGreaterThan(1000);
  });

  it('refuses a thread that is larger than everything may be, and keeps what it had', async () => {
    const store = new MemoryCheckpointStore({ maximumBytes: 5000 });
    const place = { thread: 'a', namespace: '' };
    await store.put(place, { id: '1', body: bytes(1) });
    await expect(store.put(place, { id: '2', body: new Uint8Array(6000) })).rejects.toMatchObject({
      code: 'too_large',
      reason: 'thread_full',
    });
    await expect(store.putWrites(place, '1', [{ taskId: 'a', index: 0, body: new Uint8Array(6000) }])).rejects.toMatchObject({
      code: 'too_large',
    });
    expect((await store.read(place))?.id).toBe('1');
  });
});
