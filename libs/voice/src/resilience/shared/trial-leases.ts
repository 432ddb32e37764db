import { keyOf, type Upstream, type UpstreamName } from '../upstream.js';
import type { BreakerBoard } from './breaker-board.js';

/** For how long a process may try an upstream until it has to say that it still does. */
const LEASE_MILLISECONDS = 3000;
const RENEW_MILLISECONDS = 1000;

interface Lease {
  /** Until when (milliseconds of the process's clock) this process may try. */
  mine: number;
  /** Until when another one does. */
  others: number;
  claiming?: Promise<boolean>;
  timer?: NodeJS.Timeout;
}

/**
 * One process at a time tries an upstream whose breaker is half open: the first that has a request for it. While Redis
 * is away each process tries by itself.
 */
export class TrialLeases {
  private readonly leases = new Map<string, Lease>();

  constructor(private readonly board: BreakerBoard) {}

  /** Whether this process may try it now. Those who ask at the same time share one question to Redis. */
  async claim(upstream: Upstream): Promise<boolean> {
    const lease = this.leaseOf(upstream);
    const now = performance.now();
    if (lease.mine > now) return true;
    if (lease.others > now) return false;
    lease.claiming ??= this.ask(upstream, lease).finally(() => delete lease.claiming);
    return lease.claiming;
  }

  /** Another process tries it. */
  othersTry(name: UpstreamName, milliseconds: number): void {
    const lease = this.leaseOf(name);
    lease.mine = 0;
    lease.others = performance.now() + milliseconds;
  }

  /** It was found out how it is: nobody tries it any more. */
  forget(name: UpstreamName): void {
    const key = keyOf(name);
    clearInterval(this.leases.get(key)?.timer);
    this.leases.delete(key);
  }

  close(): void {
    for (const { timer } of this.leases.values()) clearInterval(timer);
    this.leases.clear();
  }

  private leaseOf(name: UpstreamName): Lease {
    const key = keyOf(name);
    const lease = this.leases.get(key) ?? { mine: 0, others: 0 };
    this.leases.set(key, lease);
    return lease;
  }

  private async ask(upstream: Upstream, lease: Lease): Promise<boolean> {
    const asked = performance.now();
    // Who cannot ask goes on by itself.
    const others = await this.board.claim(upstream, LEASE_MILLISECONDS).catch(() => 0);
    if (others > 0) {
      lease.mine = 0;
      lease.others = performance.now() + others;
      return false;
    }
    lease.mine = asked + LEASE_MILLISECONDS;
    this.keep(upstream, lease);
    return true;
  }

  /** As long as a trial is under way. */
  private keep(upstream: Upstream, lease: Lease): void {
    if (lease.timer !== undefined) return;
    lease.timer = setInterval(() => {
      if (upstream.breaker.trying > 0 && lease.mine > 0) void this.ask(upstream, lease);
      else {
        clearInterval(lease.timer);
        delete lease.timer;
      }
    }, RENEW_MILLISECONDS);
    lease.timer.unref();
  }
}
