/** What undici lets do with the connection that an answer comes over. */
interface Flow {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
}

/** Bytes that wait for their reader before the other side is asked to wait too. */
const HELD_BYTES = 65_536;
/** Bytes of an answer that cannot be made to wait. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;

/**
 * The bytes of an answer as they come, for one reader; leaving them early ends the connection. By hand, since a stream
 * of Node's for each answer takes 45 µs of processor (Node 20).
 */
export class AnswerBody implements AsyncIterableIterator<Uint8Array> {
  private parts: Uint8Array[] = [];
  private held = 0;
  private isPaused = false;
  private isTakenWhole = false;
  private ending: { error?: unknown } | undefined;
  private wake: (() => void) | undefined;

  /**
   * @param named makes of what went wrong below HTTP the error that its reader gets
   * @param over told when its reader has come to the end, or has left
   * @param canWait whether the other side may be asked to
   */
  constructor(
    private readonly flow: Flow,
    private readonly named: (cause: unknown) => Error,
    private readonly over: () => void,
    private readonly canWait: boolean,
  ) {}

  push(part: Uint8Array): void {
    if (this.ending !== undefined) return;
    this.parts.push(part);
    this.held += part.byteLength;
    if (this.held >= HELD_BYTES && !this.isTakenWhole) this.holdBack();
    this.wake?.();
  }

  end(): void {
    this.ending ??= {};
    this.wake?.();
  }

  /** What came before is read first. */
  fail(error: unknown): void {
    this.ending ??= { error };
    this.wake?.();
  }

  /** Its reader gets nothing more, also of what has come. */
  stop(error: unknown): void {
    this.take();
    this.ending = { error };
    this.wake?.();
  }

  /** All that has not been read yet. @throws what `named` makes of an answer that breaks off */
  async bytes(): Promise<Uint8Array> {
    this.isTakenWhole = true;
    this.goOn();
    while (this.ending === undefined) await this.news();
    this.over();
    this.throwFailure(this.ending);
    const parts = this.take();
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    for (;;) {
      const part = this.parts.shift();
      if (part !== undefined) {
        this.held -= part.byteLength;
        if (this.held < HELD_BYTES) this.goOn();
        return { done: false, value: part };
      }
      if (this.ending !== undefined) {
        this.over();
        this.throwFailure(this.ending);
        return { done: true, value: undefined };
      }
      await this.news();
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.take();
    this.over();
    if (this.ending === undefined) {
      this.end();
      this.flow.abort(new Error('Nobody reads the rest of the answer.'));
    }
    return { done: true, value: undefined };
  }

  private take(): Uint8Array[] {
    const { parts } = this;
    this.parts = [];
    this.held = 0;
    return parts;
  }

  private holdBack(): void {
    if (this.canWait) {
      this.isPaused = true;
      this.flow.pause();
    } else if (this.held > MOST_HELD_BYTES) this.flow.abort(new Error('More of the answer came than its reader takes.'));
  }

  private goOn(): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.flow.resume();
  }

  private async news(): Promise<void> {
    return new Promise<void>((resolve) => {
      this.wake = resolve;
    });
  }

  private throwFailure(ending: { error?: unknown }): void {
    if ('error' in ending) throw this.named(ending.error);
  }
}
