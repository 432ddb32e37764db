import type { Started } from '../flight.js';

/** A source the test feeds by hand, which notes how it was used. */
export class ManualSource {
  pulls = 0;
  starts = 0;
  returns = 0;
  signal: AbortSignal | undefined;
  private readonly pushed: { value?: string; error?: unknown }[] = [];
  private wake: (() => void) | undefined;

  start = async (signal: AbortSignal): Promise<Started<string, string>> => {
    this.starts += 1;
    this.signal = signal;
    return { head: 'head', chunks: { [Symbol.asyncIterator]: () => this } };
  };

  push(...values: string[]): void {
    this.pushed.push(...values.map((value) => ({ value })));
    this.wake?.();
  }

  end(): void {
    this.pushed.push({});
    this.wake?.();
  }

  fail(error: unknown): void {
    this.pushed.push({ error });
    this.wake?.();
  }

  async next(): Promise<IteratorResult<string, undefined>> {
    this.pulls += 1;
    while (this.pushed.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    const step = this.pushed.shift();
    if (step?.error !== undefined) throw step.error;
    return step?.value === undefined ? { done: true, value: undefined } : { done: false, value: step.value };
  }

  async return(): Promise<IteratorResult<string, undefined>> {
    this.returns += 1;
    return { done: true, value: undefined };
  }
}

/** A caller who stays. */
export const never = () => new AbortController().signal;
/** Lets everything happen that needs no more input. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export async function readAll<Chunk>(chunks: AsyncIterable<Chunk>): Promise<Chunk[]> {
  const all: Chunk[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

export async function readSome(chunks: AsyncIterable<string>, count: number): Promise<string[]> {
  const iterator = chunks[Symbol.asyncIterator]();
  const some: string[] = [];
  while (some.length < count) {
    const { value } = (await iterator.next()) as { value: string };
    some.push(value);
  }
  return some;
}
