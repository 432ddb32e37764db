import type { IncomingMessage } from 'node:http';
import { AbortedError, ParlanceError } from '@parlance/contracts';
import { timedOut } from './s3-call.js';
import { asS3Error } from './s3-error.js';

export interface S3BodyLimits {
  /** For one chunk, and until somebody begins to read. */
  chunkMilliseconds: number;
  /** For all chunks together. */
  totalMilliseconds: number;
}

/**
 * The bytes of an answer, for one reader. It ends with an error when the caller leaves, when the connection breaks, and
 * when the store was waited for longer than allowed; how long the reader takes between two chunks does not count. An
 * answer that nobody begins to read is given up.
 */
export class S3Body implements AsyncIterable<Uint8Array> {
  private remaining: number;
  private timer: NodeJS.Timeout;
  private failure: ParlanceError | undefined;
  private readonly leave = () => this.giveUp(new AbortedError(this.signal?.reason));

  constructor(
    private readonly response: IncomingMessage,
    private readonly key: string,
    private readonly signal: AbortSignal | undefined,
    private readonly limits: S3BodyLimits,
  ) {
    this.remaining = limits.totalMilliseconds;
    this.timer = this.startTimer();
    // It fails also while nobody reads; readers get the error from the iterator.
    response.on('error', () => undefined);
    if (signal?.aborted === true) this.leave();
    else signal?.addEventListener('abort', this.leave, { once: true });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    clearTimeout(this.timer);
    try {
      const chunks = this.response[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
      for (;;) {
        const chunk = await this.waitFor(chunks);
        // One that was complete before the caller left is not worth an error, but more is not given out.
        if (this.failure !== undefined) throw this.failure;
        if (chunk.done === true) return;
        yield chunk.value;
      }
    } catch (error) {
      throw this.failure ?? asS3Error(error, this.key, this.signal);
    } finally {
      clearTimeout(this.timer);
      this.signal?.removeEventListener('abort', this.leave);
      this.response.destroy();
    }
  }

  private async waitFor(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    if (this.failure !== undefined) throw this.failure;
    const begin = performance.now();
    this.timer = this.startTimer();
    try {
      return await chunks.next();
    } finally {
      clearTimeout(this.timer);
      this.remaining = Math.max(1, this.remaining - (performance.now() - begin));
    }
  }

  private startTimer(): NodeJS.Timeout {
    return setTimeout(() => this.giveUp(timedOut()), Math.min(this.remaining, this.limits.chunkMilliseconds)).unref();
  }

  private giveUp(failure: ParlanceError): void {
    clearTimeout(this.timer);
    this.failure ??= failure;
    this.response.destroy();
  }
}
