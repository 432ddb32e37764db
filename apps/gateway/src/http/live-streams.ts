import { Injectable } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyReply } from 'fastify';
import { accessOf } from '../access/access.js';
import { KeyRing } from '../access/key-ring.service.js';
import { DrainService, stopping } from './drain.service.js';
import { sendNamedEvents } from './server-events.js';

/** Each holds a connection and is looked after every second. */
export const MOST_STREAMS = 32;
const RETRY_SECONDS = 10;
/** How often the key of each is looked at. */
const KEY_MILLISECONDS = 1000;

/**
 * Streams for operators that go on for as long as somebody looks at them, whose key is good, and the process runs: a stop must
 * not wait for them.
 */
@Injectable()
export class LiveStreams {
  private readonly open = new Set<AbortController>();

  constructor(
    private readonly drain: DrainService,
    private readonly keys: KeyRing,
  ) {
    drain.signal.addEventListener('abort', () => {
      for (const stream of this.open) stream.abort();
    });
  }

  /** How many are open. */
  get count(): number {
    return this.open.size;
  }

  /**
   * @param eventsUntil what is sent until its signal fires
   * @throws ParlanceError `rate` where there are too many already; `unavailable` when the process stops
   */
  async send(reply: FastifyReply, name: string, eventsUntil: (signal: AbortSignal) => AsyncIterable<object | undefined>): Promise<void> {
    // Pages come back at once when a stream ends, on a connection that is served once more: this one would be waited for.
    if (this.drain.signal.aborted) throw stopping();
    if (this.count >= MOST_STREAMS) {
      throw new ParlanceError('rate', `This process has ${MOST_STREAMS} streams open already. Close one, or ask without 'accept'.`, {
        reason: 'too_many_streams',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    const { key } = accessOf(reply.request);
    const stream = new AbortController();
    // Other requests end by themselves when their key is taken away; this one would go on for good.
    const looking = setInterval(() => {
      if (key !== undefined && !this.keys.stillAllows(key, 'admin')) leave();
    }, KEY_MILLISECONDS);
    const leave = (): void => {
      clearInterval(looking);
      this.open.delete(stream);
      stream.abort();
    };
    this.open.add(stream);
    if (reply.raw.destroyed) leave();
    else reply.raw.once('close', leave);
    await sendNamedEvents(reply, name, eventsUntil(stream.signal));
  }
}
