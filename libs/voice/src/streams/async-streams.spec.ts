import { setTimeout as sleep } from 'node:timers/promises';
import { collect, inOrder, readAhead, remembering, tellWhenRead, withFirst } from './async-streams.js';

async function* from<Item>(items: readonly Item[], error?: Error): AsyncGenerator<Item> {
  for (const item of items) yield item;
  if (error !== undefined) throw error;
}

async function all<Item>(stream: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

describe('withFirst', () => {
  it('gives the whole stream, the first item included', async () => {
    expect(await all((await withFirst(from([1, 2, 3])))!)).toEqual([1, 2, 3]);
  });

  it('tells an empty stream from a failing one', async () => {
    expect(await withFirst(from([]))).toBeUndefined();
    await expect(withFirst(from([], new Error('broken')))).rejects.toThrow('broken');
  });

  it('lets go of the source when the consumer leaves', async () => {
    let closed = false;
    const source = (async function* () {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        closed = true;
      }
    })();
    for await (const item of (await withFirst(source))!) if (item === 2) break;
    expect(closed).toBe(true);
  });
});

describe('readAhead', () => {
  it('keeps items and the error until they are reached', async () => {
    const stream = readAhead(from([1, 2], new Error('late')));
    await sleep(5);
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const item of stream) seen.push(item);
      })(),
    ).rejects.toThrow('late');
    expect(seen).toEqual([1, 2]);
  });
});

describe('inOrder', () => {
  it('keeps the order whatever finishes first, and never begins more than the window', async () => {
    let running = 0;
    let most = 0;
    const begin = async (input: number) => {
      most = Math.max(most, ++running);
      await sleep(input === 0 ? 20 : 1);
      return (async function* () {
        yield `${input}a`;
        yield `${input}b`;
        running--;
      })();
    };
    const seen = await all(inOrder([0, 1, 2, 3], 2, begin, new AbortController().signal));
    expect(seen).toEqual(['0a', '0b', '1a', '1b', '2a', '2b', '3a', '3b']);
    expect(most).toBe(2);
  });

  it('reports a failing piece in its turn and stops the others', async () => {
    const signals: AbortSignal[] = [];
    const begin = async (input: number, _: number, signal: AbortSignal) => {
      signals.push(signal);
      if (input === 1) throw new Error('piece 1');
      return from([input]);
    };
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const item of inOrder([0, 1, 2], 3, begin, new AbortController().signal)) seen.push(item);
      })(),
    ).rejects.toThrow('piece 1');
    expect(seen).toEqual([0]);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
  });
});

describe('remembering', () => {
  it('hands over a whole that ended well and nothing else', async () => {
    const complete = jest.fn(() => Promise.resolve());
    const bytes = [new Uint8Array([1, 2]), new Uint8Array([3])];
    expect(await collect(remembering(from(bytes), 10, complete))).toEqual(Buffer.from([1, 2, 3]));
    expect(complete).toHaveBeenCalledWith(Buffer.from([1, 2, 3]));
    complete.mockClear();
    await collect(remembering(from(bytes), 2, complete));
    await expect(collect(remembering(from(bytes, new Error('cut')), 10, complete))).rejects.toThrow('cut');
    expect(complete).not.toHaveBeenCalled();
  });
});

describe('tellWhenRead', () => {
  const bytes = new Uint8Array([1, 2]);
  const { signal } = new AbortController();

  it('tells once when a stream has been read', async () => {
    const tell = jest.fn();
    const { chunks } = tellWhenRead({ chunks: from([bytes]) }, tell, signal);
    expect(tell).not.toHaveBeenCalled();
    expect(await all(chunks)).toEqual([bytes]);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it('tells at once where all is there, and leaves it as it is', () => {
    const tell = jest.fn();
    const made = { chunks: from([bytes]), bytes };
    expect(tellWhenRead(made, tell, signal)).toBe(made);
    expect(tell).toHaveBeenCalledTimes(1);
  });
});
