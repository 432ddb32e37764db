/** A stream whose first element has been waited for. */
export interface Begun<Element> {
  /** `undefined`: there is none. */
  first: Element | undefined;
  /** All elements, the first too; may be read once, and leaving it early ends the source. */
  all: AsyncIterable<Element>;
}

/** Waits for the first element: what fails before it can still be answered with a proper error. */
export async function begin<Element>(source: AsyncIterable<Element>): Promise<Begun<Element>> {
  const iterator = source[Symbol.asyncIterator]();
  const start = await iterator.next();
  let waiting: IteratorResult<Element> | undefined = start;
  return {
    first: start.done === true ? undefined : start.value,
    all: {
      [Symbol.asyncIterator]: () => ({
        async next() {
          const result = waiting ?? (await iterator.next());
          waiting = undefined;
          return result;
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      }),
    },
  };
}
