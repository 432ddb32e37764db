import { setImmediate as nextTurn } from 'node:timers/promises';
import { AbortedError } from '@parlance/contracts';
import { Channel } from './channel.js';

/** A stream of one item. */
export async function* once<Item>(item: Item): AsyncGenerator<Item> {
  yield item;
}

/**
 * A stream of one item that ends when something else is done. That begins when those who wait for the item have it: a
 * first byte is sent 0.06 ms sooner so (what is kept of a new text, Node 20, one request after the other).
 */
export function endingWith<Item>(item: Item, begin: () => Promise<void>): AsyncIterable<Item> {
  const work = nextTurn().then(begin);
  // Nobody may ever read it, and its failure then interests nobody.
  work.catch(() => undefined);
  return (async function* () {
    yield item;
    await work;
  })();
}

/** Ends a stream that nobody reads any more. Nobody waits for that, and how it goes interests nobody. */
export function letGo(iterator: AsyncIterator<unknown>): void {
  void (async () => iterator.return?.())().catch(() => undefined);
}

/** A stream whose first item is already there: what fails before it fails the caller, not the stream. */
export async function withFirst<Item>(source: AsyncIterable<Item>): Promise<AsyncIterable<Item> | undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return undefined;
  return (async function* () {
    try {
      yield first.value;
      for (;;) {
        // Hand-driven, since a for-await loop cannot go on with an iterator that was begun.
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  })();
}

/** Reads a stream ahead of its consumer, keeping what nobody has taken yet. Errors wait until they are reached. */
export function readAhead<Item>(source: AsyncIterable<Item>): AsyncIterable<Item> {
  const channel = new Channel<Item>();
  void (async () => {
    try {
      for await (const item of source) channel.push(item);
      channel.end();
    } catch (error) {
      channel.fail(error);
    }
  })();
  return channel;
}

/**
 * Begins the work for up to `window` inputs at a time and yields what each gives, input by input. The signal
 * handed to the work fires when the consumer leaves or the caller's does.
 */
export async function* inOrder<Input, Item>(
  inputs: readonly Input[],
  window: number,
  begin: (input: Input, index: number, signal: AbortSignal) => Promise<AsyncIterable<Item>>,
  signal: AbortSignal,
): AsyncGenerator<Item> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const running: Promise<AsyncIterable<Item>>[] = [];
  let next = 0;
  const fill = () => {
    while (running.length < window && next < inputs.length) {
      const index = next++;
      const started = begin(inputs[index]!, index, either).then((stream) => readAhead(stream));
      // A piece that fails while an earlier one is being heard is reported when its turn comes.
      started.catch(() => undefined);
      running.push(started);
    }
  };
  try {
    for (fill(); running.length > 0; fill()) {
      yield* await running[0]!;
      void running.shift();
    }
  } finally {
    leaving.abort();
  }
}

/** All bytes of a stream as one. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Passes a stream through and, before it ends, hands the whole to `complete` once it has ended well, unless it grew past `limit` bytes. */
export async function* remembering(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  complete: (bytes: Uint8Array) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let parts: Uint8Array[] | undefined = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > limit) parts = undefined;
    parts?.push(chunk);
    yield chunk;
  }
  if (parts !== undefined) await complete(Buffer.concat(parts));
}

/** The same, which tells once that it is over: at once where all of it is there, else as {@link whenOver}. */
export function tellWhenRead<Chunk, Made extends { chunks: AsyncIterable<Chunk>; bytes?: Uint8Array }>(
  made: Made,
  tell: () => void,
  signal: AbortSignal,
): Made {
  if (made.bytes === undefined) return { ...made, chunks: whenOver(made.chunks, tell, signal) };
  tell();
  return made;
}

/**
 * Passes a stream on and tells once that it is over: also of one that was never begun, which its caller has left.
 * @param tell gets what the stream has failed with, an AbortedError when its reader has left, and nothing at its end
 */
export function whenOver<Chunk>(
  chunks: AsyncIterable<Chunk>,
  tell: (failure?: unknown) => void,
  signal: AbortSignal,
): AsyncIterableIterator<Chunk> {
  const iterator = chunks[Symbol.asyncIterator]();
  let isOver = false;
  const over = (failure?: unknown) => {
    signal.removeEventListener('abort', left);
    if (!isOver) tell(failure);
    isOver = true;
  };
  const left = () => {
    // An error is dear to make, and every stream is returned from once it has been read.
    if (!isOver) over(new AbortedError(signal.reason));
  };
  signal.addEventListener('abort', left);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      try {
        const next = await iterator.next();
        if (next.done === true) over();
        return next;
      } catch (error) {
        over(error);
        throw error;
      }
    },
    return: async () => {
      left();
      return (await iterator.return?.()) ?? { done: true, value: undefined };
    },
  };
}
