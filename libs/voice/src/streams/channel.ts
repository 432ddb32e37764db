/** A stream fed by calls: what is pushed is kept until it is read. For one reader. */
export class Channel<Item> implements AsyncIterable<Item> {
  private readonly items: Item[] = [];
  private ended: { error?: unknown } | undefined;
  private wake: (() => void) | undefined;

  push(item: Item): void {
    if (this.ended === undefined) this.items.push(item);
    this.wake?.();
  }

  end(): void {
    this.ended ??= {};
    this.wake?.();
  }

  /** The reader gets what was pushed before, then the error. */
  fail(error: unknown): void {
    this.ended ??= { error };
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item> {
    for (;;) {
      while (this.items.length > 0) yield this.items.shift()!;
      if (this.ended !== undefined) {
        if ('error' in this.ended) throw this.ended.error;
        return;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
