import { ParlanceError, throwIfAborted } from '@parlance/contracts';
import type { EmbeddedAudioFormat } from './encode/create-encoder.js';
import type { Pcm } from './pcm/pcm.js';
import type { Thread, ThreadCallOptions } from './threads/thread.js';

/** Encodes audio as it comes. Calls are made one after the other. */
export interface AudioEncoder {
  /** Hz: what the audio is encoded at. */
  readonly sampleRate: number;
  /** The bytes that are ready, maybe none. The rate may change from call to call. */
  write(pcm: Pcm): Promise<Uint8Array>;
  /** The rest; frees everything. */
  finish(): Promise<Uint8Array>;
  /** Frees everything without an end; may be called at any time, and again. */
  close(): Promise<void>;
}

export function closedEncoder(): ParlanceError {
  return new ParlanceError('invalid', 'The encoder is closed: open another one.');
}

let nextId = 0;

/** An encoder that lives on one thread. When its signal fires, it is closed over there too. */
export class ThreadEncoder implements AudioEncoder {
  private readonly id = nextId++;
  private ended = false;

  private constructor(
    private readonly thread: Thread,
    readonly sampleRate: number,
    private readonly signal: AbortSignal,
  ) {}

  static async open(thread: Thread, format: EmbeddedAudioFormat, sampleRate: number, signal: AbortSignal): Promise<ThreadEncoder> {
    throwIfAborted(signal);
    const encoder = new ThreadEncoder(thread, sampleRate, signal);
    signal.addEventListener('abort', encoder.onAbort, { once: true });
    try {
      await encoder.call('open', { format, sampleRate });
      return encoder;
    } catch (error) {
      await encoder.close();
      throw error;
    }
  }

  async write({ samples, sampleRate }: Pcm): Promise<Uint8Array> {
    this.refuseAfterEnd();
    // A copy: the caller's buffer must neither be taken away nor, where it is a part of a larger one, be sent whole.
    const copy = new Float32Array(samples);
    return this.call<Uint8Array>('write', { pcm: { samples: copy, sampleRate } }, { transfer: [copy.buffer] });
  }

  async finish(): Promise<Uint8Array> {
    this.refuseAfterEnd();
    const rest = await this.call<Uint8Array>('finish', {});
    this.end();
    return rest;
  }

  async close(): Promise<void> {
    if (this.ended) return;
    this.end();
    // A thread that is gone has freed everything already.
    await this.thread.call('close', { id: this.id }).catch(() => undefined);
  }

  private readonly onAbort = () => void this.close();

  private end(): void {
    this.ended = true;
    this.signal.removeEventListener('abort', this.onAbort);
  }

  private refuseAfterEnd(): void {
    throwIfAborted(this.signal);
    if (this.ended) throw closedEncoder();
  }

  private call<Result>(method: string, params: object, options: ThreadCallOptions = {}): Promise<Result> {
    return this.thread.call<Result>(method, { id: this.id, ...params }, { ...options, signal: this.signal });
  }
}
