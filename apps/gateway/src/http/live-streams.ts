import { Injectable } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyReply } from 'fastify';
import { DrainService } from './drain.service.js';
import { sendNamedEvents } from './server-events.js';

/** Each holds a connection and is looked after every second. */
export const MOST_STREAMS = 32;
const RETRY_SECONDS = 10;

/** Streams that go on for as long as somebody looks at them and the process runs: a stop must not wait for them. */
@Injectable()
export class LiveStreams {
  private readonly open = new Set<AbortController>();

  constructor(drain: DrainService) {
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
   * @throws ParlanceError `rate` where there are too many already
   */
  async send(reply: FastifyReply, name: string, eventsUntil: (signal: AbortSignal) => AsyncIterable<object | undefined>): Promise<void> {
    if (this.count >= MOST_STREAMS) {
      throw new ParlanceError('rate', `This process has ${MOST_STREAMS} streams open already. Close one, or ask without 'accept'.`, {
        reason: 'too_many_streams',
        retryAfterSeconds: RETRY_SECONDS,
      });
    }
    const stream = new AbortController();
    const leave = (): void => {
      this.open.delete(stream);
      stream.abort();
    };
    this.open.add(stream);
    if (reply.raw.destroyed) leave();
    else reply.raw.once('close', leave);
    await sendNamedEvents(reply, name, eventsUntil(stream.signal));
  }
}
