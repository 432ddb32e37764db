import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { TimeLimit, withTimeLimit } from './time-limit.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const untilLeft = (signal: AbortSignal) =>
  new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve('left'), { once: true }));

describe('withTimeLimit', () => {
  const { signal } = new AbortController();

  it('gives what was done in time', async () => {
    expect(await withTimeLimit(60_000, signal, async () => 'done')).toBe('done');
  });

  it('ends what takes too long, also when memory is cleared meanwhile', async () => {
    const waiting = withTimeLimit(100, signal, untilLeft);
    await sleep(1);
    collectGarbage();
    expect(await waiting).toBe('left');
  });

  it('ends what its caller has left', async () => {
    const leaving = new AbortController();
    const waiting = withTimeLimit(60_000, leaving.signal, untilLeft);
    leaving.abort();
    expect(await waiting).toBe('left');
  });
});

describe('TimeLimit', () => {
  it('tells its own end from that of its caller', async () => {
    const leaving = new AbortController();
    const [short, long] = [new TimeLimit(leaving.signal, 1), new TimeLimit(leaving.signal, 60_000)];
    await untilLeft(short.signal);
    leaving.abort('enough');
    expect([short.isOver, long.isOver, long.signal.reason]).toEqual([true, false, 'enough']);
    for (const limit of [short, long]) limit.unlink();
  });

  it('is not over any more once it is unlinked', async () => {
    const limit = new TimeLimit(new AbortController().signal, 1);
    limit.unlink();
    await sleep(50);
    expect([limit.isOver, limit.signal.aborted]).toEqual([false, false]);
  });
});
