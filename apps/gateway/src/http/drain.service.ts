import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { giveUp } from './client-signal.js';
import { STOPPING } from './error-reply.js';

/**
 * How a process leaves the others: `leaving` serves everybody and asks for no more, `draining` serves those who could
 * not know, `closed` nobody.
 */
type State = 'serving' | 'leaving' | 'draining' | 'closed';

/** Lets the answers under way end when the process stops, and nobody come to it who could go elsewhere. */
@Injectable()
export class DrainService {
  private readonly open = new Set<ServerResponse>();
  /** Connections that were made when nobody should come any more. */
  private readonly late = new WeakSet<Socket>();
  private readonly stopping = new AbortController();
  private state: State = 'serving';
  private idle: (() => void) | undefined;

  /** Balancers are to send nobody any more, and connections end with the answer that is given on them. */
  get isStopping(): boolean {
    return this.state !== 'serving';
  }

  /** Fires when what has no end of its own is to end. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Notes a new connection. */
  connected(socket: Socket): void {
    if (this.state === 'draining') this.late.add(socket);
  }

  /** Whoever had their connection before, and was never told to make another, is served once more. */
  refuses(socket: Socket): boolean {
    return this.state === 'closed' || this.late.has(socket);
  }

  /** Counts an answer until it is sent or its client is gone. */
  track(response: ServerResponse): void {
    this.open.add(response);
    response.once('close', () => {
      this.open.delete(response);
      if (this.open.size === 0) this.idle?.();
    });
  }

  /** Not ready from now on, and serving for so long: whoever chooses among processes needs time to notice. */
  async leave(milliseconds: number): Promise<void> {
    this.state = 'leaving';
    if (milliseconds > 0) await sleep(milliseconds);
  }

  /** New connections are refused from now on; resolves when no answer is open, or the time is over. */
  async drain(over: AbortSignal): Promise<void> {
    this.state = 'draining';
    this.stopping.abort();
    await this.untilIdle(over);
  }

  /**
   * Everybody is refused from now on, and the work for answers that are still open is given up. Resolves when their
   * clients were told, or the time is over.
   */
  async close(over: AbortSignal): Promise<void> {
    this.state = 'closed';
    for (const response of this.open) giveUp(response, stopping());
    await this.untilIdle(over);
  }

  private async untilIdle(over: AbortSignal): Promise<void> {
    if (this.open.size === 0 || over.aborted) return;
    await new Promise<void>((resolve) => {
      this.idle = resolve;
      over.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

/** What is told to whoever comes too late, and to whom there was no time to answer. */
export function stopping(): ParlanceError {
  return new ParlanceError('unavailable', 'The server is stopping. Try again.', { reason: STOPPING });
}
