import { AbortedError } from '@parlance/contracts';
import { ThreadPool } from './thread-pool.js';

const entry = new URL('./__fixtures__/sample.thread.js', import.meta.url);

describe('ThreadPool', () => {
  let pool: ThreadPool;
  beforeEach(() => {
    pool = new ThreadPool(entry, 1);
  });
  afterEach(() => pool.close());

  it('moves typed arrays there and back', async () => {
    const samples = new Float32Array([1, 2, 3]);
    const doubled = await pool.call<Float32Array>('double', { samples }, { transfer: [samples.buffer] });
    expect([...doubled]).toEqual([2, 4, 6]);
    expect(samples).toHaveLength(0);
  });

  it('carries code and param of an error', async () => {
    await expect(pool.call('fail', {})).rejects.toMatchObject({ code: 'invalid', message: 'not this', param: 'input' });
    await expect(pool.call('nothing', {})).rejects.toThrow("no method 'nothing'");
  });

  it('fails the calls of a thread that died and starts a new one', async () => {
    expect(await pool.call('count', {})).toBe(1);
    const dying = pool.call('die', {});
    const queued = pool.call('count', {});
    await expect(dying).rejects.toMatchObject({ code: 'server' });
    await expect(queued).rejects.toMatchObject({ code: 'server', message: expect.stringContaining('send the request again') });
    expect(await pool.call('count', {})).toBe(1);
  });

  it('never begins a queued call whose caller has left', async () => {
    const running = pool.call('sleep', { milliseconds: 50 });
    const controller = new AbortController();
    const abandoned = pool.call('count', {}, { signal: controller.signal });
    controller.abort(new Error('gone'));
    await expect(abandoned).rejects.toThrow(AbortedError);
    await running;
    expect(await pool.call('count', {})).toBe(1);
  });

  it('tells a running call that its caller has left, and passes events on', async () => {
    const controller = new AbortController();
    const events: unknown[] = [];
    const abandoned = pool.call(
      'sleep',
      { milliseconds: 30 },
      {
        signal: controller.signal,
        onEvent: (event) => {
          events.push(event);
          controller.abort();
        },
      },
    );
    await expect(abandoned).rejects.toThrow(AbortedError);
    expect(events).toEqual(['begun']);
    await expect(pool.call('count', {}, { signal: controller.signal })).rejects.toThrow(AbortedError);
    expect(await pool.call('count', {})).toBe(1);
  });

  it('ends a thread that does not come back, and serves the others on a new one', async () => {
    const lost = pool.call('hang', {}, { timeoutMilliseconds: 50 });
    const next = pool.call('count', {});
    await expect(lost).rejects.toMatchObject({ code: 'timeout' });
    expect(await next).toBe(1);
  });

  it('ends a thread that does not come back even when its caller has left', async () => {
    const controller = new AbortController();
    const lost = pool.call('hang', {}, { timeoutMilliseconds: 50, signal: controller.signal });
    controller.abort();
    await expect(lost).rejects.toThrow(AbortedError);
    expect(await pool.call('count', {})).toBe(1);
  });

  it('lets native code come to its end before it is closed', async () => {
    const native = new ThreadPool(entry, 1, { isNative: true });
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const failure = native.call('mark', { flag }).catch((error: unknown) => error);
    while (Atomics.load(flag, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await native.close();
    expect(Atomics.load(flag, 0)).toBe(2);
    expect(await failure).toMatchObject({ code: 'unavailable' });
  });

  it('runs nothing after close', async () => {
    await pool.close();
    await expect(pool.call('count', {})).rejects.toMatchObject({ code: 'unavailable' });
  });

  describe('with two threads', () => {
    let two: ThreadPool;
    beforeEach(() => {
      jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
      two = new ThreadPool(entry, 2);
    });
    afterEach(async () => {
      jest.useRealTimers();
      await two.close();
    });

    /** How often the second has counted, the question among it: the first has more to do. */
    async function countOfTheSecond(): Promise<number> {
      const first = two.leastBusy();
      const busy = [first.call('sleep', { milliseconds: 20 }), first.call('sleep', { milliseconds: 20 })];
      const count = await two.call<number>('count', {});
      await Promise.all(busy);
      return count;
    }

    it('warms up the first, and leaves the second until there is more to do', async () => {
      await two.warmUp('count', {});
      expect(await two.call('count', {})).toBe(2);
      expect(await countOfTheSecond()).toBe(1);
    });

    it('warms up the second later', async () => {
      await two.warmUp('count', {});
      jest.advanceTimersByTime(10_000);
      expect(await countOfTheSecond()).toBe(2);
    });

    it('warms up nothing more once it is closed', async () => {
      await two.warmUp('count', {});
      await two.close();
      expect(jest.getTimerCount()).toBe(0);
    });

    it('tells of a first that cannot be warmed up', async () => {
      await expect(two.warmUp('fail', {})).rejects.toMatchObject({ message: 'not this' });
      expect(jest.getTimerCount()).toBe(0);
    });
  });
});
