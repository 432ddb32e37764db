/**
 * Passes a stream on without ever letting it wait for its reader: a turn whose reader is slow, or has gone to sleep, must
 * not hold its thread. What is not read yet is kept.
 */
export async function* readAhead<Item>(source: AsyncIterable<Item>): AsyncGenerator<Item, void, undefined> {
  const items: Item[] = [];
  let wake = (): void => undefined;
  let end: { error?: unknown } | undefined;
  const read = async () => {
    try {
      for await (const item of source) {
        items.push(item);
        wake();
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    wake();
  };
  void read();
  for (;;) {
    const item = items.shift();
    if (item !== undefined) yield item;
    else if (end !== undefined) {
      if ('error' in end) throw end.error;
      return;
    } else await new Promise<void>((resolve) => (wake = resolve));
  }
}
