import { AbortedError } from '@parlance/contracts';
import { ManualSource, never, readAll, readSome, settle } from './__fixtures__/manual-source.js';
import { Coalescer } from './coalescer.js';
import type { Started } from './flight.js';

/** Five chunks of four bytes, each filled with its own number. */
const startNumbered = async () => ({
  head: undefined,
  chunks: (async function* () {
    for (let index = 0; index < 5; index += 1) yield new Uint8Array(4).fill(index);
  })(),
});

const numbersOf = (chunks: readonly Uint8Array[]) => chunks.map((chunk) => chunk[0]);

describe('Coalescer', () => {
  let coalescer: Coalescer;
  let source: ManualSource;
  beforeEach(() => {
    coalescer = new Coalescer();
    source = new ManualSource();
  });

  describe('sharing', () => {
    it('starts once for callers of the same tick and gives everybody everything', async () => {
      const streams = await Promise.all(Array.from({ length: 20 }, () => coalescer.join('key', source.start, never())));
      source.push('a', 'b', 'c');
      source.end();
      const all = await Promise.all(streams.map((stream) => readAll(stream.chunks)));
      expect(source.starts).toBe(1);
      expect(all).toEqual(Array.from({ length: 20 }, () => ['a', 'b', 'c']));
      expect(streams.map((stream) => stream.shared)).toEqual([false, ...Array.from({ length: 19 }, () => true)]);
      expect(streams.every((stream) => stream.head === 'head')).toBe(true);
      expect(coalescer.inFlight).toBe(0);
    });

    it('gives a late joiner what is there and then the live rest', async () => {
      const first = await coalescer.join('key', source.start, never());
      source.push('a', 'b');
      await readSome(first.chunks, 2);
      const late = await coalescer.join('key', source.start, never());
      expect(await readSome(late.chunks, 2)).toEqual(['a', 'b']);
      const rest = Promise.all([readAll(first.chunks), readAll(late.chunks)]);
      source.push('c');
      source.end();
      expect(await rest).toEqual([['c'], ['c']]);
    });

    it('keeps different keys apart', async () => {
      const other = new ManualSource();
      const streams = [await coalescer.join('key', source.start, never()), await coalescer.join('other', other.start, never())];
      expect(coalescer.inFlight).toBe(2);
      source.push('mine');
      other.push('theirs');
      source.end();
      other.end();
      expect(await Promise.all(streams.map((stream) => readAll(stream.chunks)))).toEqual([['mine'], ['theirs']]);
    });

    it('forgets what is complete, even while a slow reader still reads it', async () => {
      const fast = await coalescer.join('key', source.start, never());
      const slow = await coalescer.join('key', source.start, never());
      source.push('a', 'b');
      source.end();
      await readAll(fast.chunks);
      const anew = new ManualSource();
      const next = await coalescer.join('key', anew.start, never());
      anew.push('new');
      anew.end();
      expect([next.shared, await readAll(next.chunks)]).toEqual([false, ['new']]);
      expect(await readAll(slow.chunks)).toEqual(['a', 'b']);
    });

    it('shares an empty stream', async () => {
      const streams = await Promise.all([1, 2].map(() => coalescer.join('key', source.start, never())));
      source.end();
      expect(await Promise.all(streams.map((stream) => readAll(stream.chunks)))).toEqual([[], []]);
    });

    it('answers reads that were asked for ahead in order', async () => {
      const { chunks } = await coalescer.join('key', source.start, never());
      const iterator = chunks[Symbol.asyncIterator]();
      const reads = Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
      source.push('a', 'b');
      source.end();
      expect((await reads).map(({ done, value }) => (done === true ? 'done' : value))).toEqual(['a', 'b', 'done', 'done']);
    });
  });

  describe('back-pressure and bounds', () => {
    it('asks the source for no more than the look-ahead beyond the fastest reader', async () => {
      const fast = await coalescer.join('key', source.start, never());
      await coalescer.join('key', source.start, never());
      source.push('a', 'b', 'c', 'd', 'e', 'f');
      await settle();
      expect(source.pulls).toBe(2);
      await readSome(fast.chunks, 3);
      await settle();
      expect(source.pulls).toBe(5);
    });

    it('asks the source for nothing more when one who is behind reads', async () => {
      const fast = await coalescer.join('key', source.start, never());
      const slow = await coalescer.join('key', source.start, never());
      source.push('a', 'b', 'c', 'd', 'e', 'f');
      await readSome(fast.chunks, 3);
      await settle();
      expect(await readSome(slow.chunks, 2)).toEqual(['a', 'b']);
      await settle();
      expect(source.pulls).toBe(5);
    });

    it('goes on at the pace of the rest when the fastest leaves', async () => {
      const fast = await coalescer.join('key', source.start, never());
      const slow = await coalescer.join('key', source.start, never());
      source.push('a', 'b', 'c', 'd', 'e', 'f');
      source.end();
      await readSome(fast.chunks, 3);
      await fast.chunks[Symbol.asyncIterator]().return?.();
      await settle();
      expect(source.pulls).toBe(5);
      expect(await readAll(slow.chunks)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    });

    it('offers no joining beyond its bytes, while everybody who is there gets all', async () => {
      const small = new Coalescer({ maximumBufferedBytes: 10 });
      const fast = await small.join('key', startNumbered, never());
      const slow = await small.join('key', startNumbered, never());
      const iterator = fast.chunks[Symbol.asyncIterator]();
      for (let index = 0; index < 3; index += 1) await iterator.next();
      const late = await small.join('key', startNumbered, never());
      expect(late.shared).toBe(false);
      expect(numbersOf(await readAll(slow.chunks))).toEqual([0, 1, 2, 3, 4]);
      expect(numbersOf(await readAll(fast.chunks))).toEqual([3, 4]);
      expect(numbersOf(await readAll(late.chunks))).toEqual([0, 1, 2, 3, 4]);
      expect(small.inFlight).toBe(0);
    });

    it('has those who come share the newer work also when the older ends', async () => {
      const small = new Coalescer({ maximumBufferedBytes: 10 });
      const older = await small.join('key', startNumbered, never());
      const iterator = older.chunks[Symbol.asyncIterator]();
      for (let index = 0; index < 3; index += 1) await iterator.next();
      const newer = await small.join('key', source.start, never());
      expect(numbersOf(await readAll(older.chunks))).toEqual([3, 4]);
      const late = await small.join('key', source.start, never());
      source.push('a');
      source.end();
      expect(await Promise.all([readAll(newer.chunks), readAll(late.chunks)])).toEqual([['a'], ['a']]);
      expect([newer.shared, late.shared, source.starts]).toEqual([false, true, 1]);
    });
  });

  describe('leaving', () => {
    it('refuses a caller who has already left, and starts nothing for it', async () => {
      await expect(coalescer.join('key', source.start, AbortSignal.abort())).rejects.toThrow(AbortedError);
      expect([source.starts, coalescer.inFlight]).toEqual([0, 0]);
    });

    it('lets the first caller go without harm to those who joined', async () => {
      const controller = new AbortController();
      const first = await coalescer.join('key', source.start, controller.signal);
      const second = await coalescer.join('key', source.start, never());
      source.push('a');
      const pending = readAll(first.chunks);
      controller.abort(new Error('gone'));
      await expect(pending).rejects.toThrow(AbortedError);
      source.push('b');
      source.end();
      expect(await readAll(second.chunks)).toEqual(['a', 'b']);
      expect([source.signal?.aborted, source.returns]).toEqual([false, 0]);
    });

    it('ends the source when the last one leaves, by signal or by breaking off', async () => {
      const controller = new AbortController();
      const first = await coalescer.join('key', source.start, controller.signal);
      const second = await coalescer.join('key', source.start, never());
      source.push('a');
      for await (const chunk of second.chunks) {
        expect(chunk).toBe('a');
        break;
      }
      expect(source.signal?.aborted).toBe(false);
      controller.abort();
      expect([source.signal?.aborted, source.returns]).toEqual([true, 1]);
      await expect(readAll(first.chunks)).rejects.toThrow(AbortedError);
      const anew = new ManualSource();
      expect((await coalescer.join('key', anew.start, never())).shared).toBe(false);
      source.end();
      await settle();
      expect(coalescer.inFlight).toBe(1);
    });

    it('counts one who joined but never reads until its signal fires', async () => {
      const controller = new AbortController();
      await coalescer.join('key', source.start, controller.signal);
      const reader = await coalescer.join('key', source.start, never());
      await reader.chunks[Symbol.asyncIterator]().return?.();
      expect(source.signal?.aborted).toBe(false);
      controller.abort();
      expect([source.signal?.aborted, source.returns]).toEqual([true, 1]);
    });

    it('lets callers leave while the work is still being started', async () => {
      let begin: ((started: Started<string, string>) => void) | undefined;
      let workSignal: AbortSignal | undefined;
      const start = (signal: AbortSignal) => {
        workSignal = signal;
        return new Promise<Started<string, string>>((resolve) => (begin = resolve));
      };
      const controllers = [new AbortController(), new AbortController()];
      const waiting = controllers.map((controller) => coalescer.join('key', start, controller.signal));
      controllers[0]?.abort();
      await expect(waiting[0]).rejects.toThrow(AbortedError);
      expect(workSignal?.aborted).toBe(false);
      controllers[1]?.abort();
      await expect(waiting[1]).rejects.toThrow(AbortedError);
      expect(workSignal?.aborted).toBe(true);
      begin?.(await source.start(never()));
      await settle();
      expect([source.returns, source.pulls, coalescer.inFlight]).toEqual([1, 0, 0]);
    });

    it('never takes an abandoned stream for one that ended', async () => {
      const controller = new AbortController();
      const { chunks } = await coalescer.join('key', source.start, controller.signal);
      source.push('a');
      source.end();
      await settle();
      controller.abort();
      await expect(readAll(chunks)).rejects.toThrow(AbortedError);
      await expect(readAll(chunks)).rejects.toThrow(AbortedError);
    });

    it('leaves no listener on a signal that outlives the stream', async () => {
      const { signal } = new AbortController();
      const added = jest.spyOn(signal, 'addEventListener');
      const removed = jest.spyOn(signal, 'removeEventListener');
      const { chunks } = await coalescer.join('key', source.start, signal);
      source.push('a');
      source.end();
      await readAll(chunks);
      await expect(coalescer.join('failing', () => Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
      expect(added).toHaveBeenCalledTimes(2);
      expect(removed.mock.calls.map((call) => call[1])).toEqual(added.mock.calls.map((call) => call[1]));
    });
  });

  describe('failing', () => {
    it.each([
      ['rejects', () => Promise.reject(new Error('no start'))],
      [
        'throws',
        () => {
          throw new Error('no start');
        },
      ],
    ])('tells everybody when the start %s, and forgets it', async (_how, start: () => Promise<Started<string, string>>) => {
      const results = await Promise.allSettled([1, 2, 3].map(() => coalescer.join('key', start, never())));
      expect(results.map((result) => result.status === 'rejected' && (result.reason as Error).message)).toEqual([
        'no start',
        'no start',
        'no start',
      ]);
      expect(coalescer.inFlight).toBe(0);
      expect((await coalescer.join('key', source.start, never())).shared).toBe(false);
    });

    it('gives each what was made before the failure, then the failure', async () => {
      const streams = await Promise.all([1, 2].map(() => coalescer.join('key', source.start, never())));
      source.push('a');
      source.fail(new Error('broke'));
      await settle();
      const anew = new ManualSource();
      expect((await coalescer.join('key', anew.start, never())).shared).toBe(false);
      for (const { chunks } of streams) {
        const iterator = chunks[Symbol.asyncIterator]();
        expect(await iterator.next()).toEqual({ done: false, value: 'a' });
        await expect(iterator.next()).rejects.toThrow('broke');
        expect(await iterator.next()).toEqual({ done: true, value: undefined });
      }
    });

    it('is not disturbed by a source that fails while it is given up', async () => {
      source.return = () => Promise.reject(new Error('cannot stop'));
      const controller = new AbortController();
      await coalescer.join('key', source.start, controller.signal);
      controller.abort();
      source.fail(new Error('too late'));
      await settle();
      expect(coalescer.inFlight).toBe(0);
    });
  });
});
