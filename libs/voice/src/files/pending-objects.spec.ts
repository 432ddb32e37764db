import { AsyncLocalStorage } from 'node:async_hooks';
import { Logger } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import { eventually } from '@parlance/testing';
import { FlakyStore } from '../__fixtures__/flaky-store.js';
import { PendingObjects } from './pending-objects.js';

const gone = new ParlanceError('unavailable', 'It is gone.');
const objectOf = (name: string, size = 5) => ({ key: `voice/${name}`, bytes: new Uint8Array(size), contentType: 'audio/ogg' });

describe('PendingObjects', () => {
  let store: FlakyStore;
  let pending: PendingObjects;
  let lines: string[];
  beforeEach(async () => {
    store = await FlakyStore.create();
    pending = new PendingObjects(store);
    lines = [];
    for (const level of ['log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => void lines.push(String(line[0])));
    }
  });
  afterEach(async () => {
    pending.onModuleDestroy();
    jest.restoreAllMocks();
    await store.remove();
  });

  it('stores what waits as soon as the store is back, and says when that begins and ends', async () => {
    store.fault = 'away';
    pending.add(objectOf('a'), gone);
    expect(pending.isAway).toBe(true);
    for (const name of ['b', 'b', 'b']) pending.add(objectOf(name));
    pending.add(objectOf('c'), gone);
    await eventually(() => Promise.resolve(store.writes.length >= 1), 'Nobody tried.');
    store.fault = 'none';
    await eventually(async () => (await store.keys()).length === 3, 'They were not stored.', 20_000);
    expect(pending.isAway).toBe(false);
    expect(store.writes.filter((key) => key === 'voice/b')).toHaveLength(1);
    expect(lines).toEqual([expect.stringContaining('It is gone.'), expect.stringContaining('back')]);
  });

  it('stores it as a part of no request', async () => {
    const requests = new AsyncLocalStorage<string>();
    const writers: unknown[] = [];
    const put = store.put.bind(store);
    jest.spyOn(store, 'put').mockImplementation((...given) => {
      writers.push(requests.getStore());
      return put(...given);
    });
    requests.run('a request', () => pending.add(objectOf('a'), gone));
    await eventually(() => Promise.resolve(!pending.isAway), 'It was not stored.', 20_000);
    expect(writers).toEqual([undefined]);
  });

  it('does not write what is there already', async () => {
    await store.put('voice/a', new Uint8Array(5), { contentType: 'audio/ogg' });
    store.writes.length = 0;
    pending.add(objectOf('a'), gone);
    await eventually(() => Promise.resolve(!pending.isAway), 'It was not found out.', 10_000);
    expect(store.writes).toEqual([]);
  });

  it('is not held up by one that fails by itself', async () => {
    store.refusedKey = 'voice/bad';
    pending.add(objectOf('bad'), gone);
    for (const name of ['b', 'c']) pending.add(objectOf(name));
    await eventually(async () => (await store.keys()).length === 2, 'The others were not stored.', 20_000);
    expect(await store.keys()).toEqual(['voice/b', 'voice/c']);
  });

  it('keeps no more than it may, and logs what is lost', () => {
    for (let number = 0; number < 300; number += 1) pending.add(objectOf(String(number)), gone);
    expect(lines.filter((line) => line.startsWith('Lost: 1 objects of 5 bytes'))).toHaveLength(44);
    const full = new PendingObjects(store);
    full.add(objectOf('a', 60_000_000), gone);
    full.add(objectOf('b', 10_000_000), gone);
    expect(lines.at(-1)).toContain('Lost: 1 objects of 10000000 bytes');
    full.onModuleDestroy();
    expect(lines.at(-1)).toContain('Lost: 1 objects of 60000000 bytes that could not be stored; the process ends');
  });

  it('gives up what has waited too long', async () => {
    store.fault = 'away';
    pending.add(objectOf('a'), gone);
    await eventually(() => Promise.resolve(store.writes.length >= 1), 'Nobody tried.');
    const later = performance.now() + 11 * 60 * 1000;
    const clock = jest.spyOn(performance, 'now').mockReturnValue(later);
    try {
      await eventually(() => Promise.resolve(lines.length === 2), 'It was not given up.', 20_000);
    } finally {
      clock.mockRestore();
    }
    expect(lines[1]).toContain('Lost: 1 objects of 5 bytes that could not be stored; the object store was away too long');
  });

  it('keeps what waits when the time of day is put forward', async () => {
    store.fault = 'away';
    pending.add(objectOf('a'), gone);
    const tomorrow = Date.now() + 24 * 3_600_000;
    jest.spyOn(Date, 'now').mockReturnValue(tomorrow);
    await eventually(() => Promise.resolve(store.writes.length >= 1), 'Nobody tried.');
    store.fault = 'none';
    await eventually(async () => (await store.keys()).length === 1, 'It was not stored.', 20_000);
    expect(lines.filter((line) => line.startsWith('Lost'))).toEqual([]);
  });

  it('ends with the process, also in the middle of a write', async () => {
    store.fault = 'silent';
    pending.add(objectOf('a'), gone);
    await eventually(() => Promise.resolve(store.writes.length === 1), 'Nobody tried.');
    pending.add(objectOf('b'));
    pending.onModuleDestroy();
    await eventually(() => Promise.resolve(lines.filter((line) => line.startsWith('Lost')).length === 2), 'The loss was not logged.');
    pending.add(objectOf('c'));
    expect(lines.at(-1)).toContain('Lost: 1 objects');
    expect(store.writes).toEqual(['voice/a']);
  });
});
