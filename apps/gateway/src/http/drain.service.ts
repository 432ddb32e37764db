import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ServerResponse } from 'node:http';

/** Long enough for an answer under way, short enough for the orchestrators' usual 30 seconds. */
export const GRACE_MILLISECONDS = 20_000;

/** Counts the answers under way, so that a stop lets them end. */
@Injectable()
export class DrainService {
  private readonly open = new Set<ServerResponse>();
  private readonly stopping = new AbortController();
  private idle: (() => void) | undefined;

  get isStopping(): boolean {
    return this.signal.aborted;
  }

  /** Fires when the process was told to stop. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  /** Counts an answer until it is sent or its client is gone. */
  track(response: ServerResponse): void {
    this.open.add(response);
    response.once('close', () => {
      this.open.delete(response);
      if (this.open.size === 0) this.idle?.();
    });
  }

  /** New requests are refused from now on; resolves when the open answers have ended, or the time is over. */
  async stop(graceMilliseconds: number): Promise<void> {
    this.stopping.abort();
    if (this.open.size === 0) return;
    const timer = new AbortController();
    const idle = new Promise<void>((resolve) => {
      this.idle = resolve;
    });
    await Promise.race([idle, sleep(graceMilliseconds, undefined, { signal: timer.signal }).catch(() => undefined)]);
    timer.abort();
  }
}
