import type { RedisConnections, SharedRedis, RedisTimes } from '@parlance/cache';
import type { Place } from '../place.js';
import { ThreadOrder, type ThreadOrderOptions } from '../thread-order.js';
import { Replicas } from './replicas.js';

/** Processes that keep one order, and what their turns did. */
export class OrderedReplicas {
  /** Ids of turns in the order in which they began. */
  readonly begun: string[] = [];
  private readonly replicas = new Replicas();
  private readonly orders = new Map<ThreadOrder, { connections: RedisConnections; redis: SharedRedis }>();

  /** @param times shorter where Redis falls silent */
  start(url?: string, options: ThreadOrderOptions = {}, times?: RedisTimes): ThreadOrder {
    const { connections, redis } = this.replicas.open(url, times);
    const order = new ThreadOrder(redis, connections, { leaseMilliseconds: 20_000, lookMilliseconds: 20, ...options });
    this.orders.set(order, { connections, redis });
    return order;
  }

  redisOf(order: ThreadOrder): SharedRedis {
    return this.orders.get(order)!.redis;
  }

  /** Resolves when Redis has done what was asked of it before. */
  async told(order: ThreadOrder): Promise<void> {
    await this.redisOf(order).attempt('parlance:test', (client) => client.ping());
  }

  /** Resolves when it hears what others tell it. */
  async hears(order: ThreadOrder): Promise<void> {
    await this.orders.get(order)!.connections.subscriber?.ping();
  }

  /** A turn that has begun is noted, unless it was cancelled before. */
  async enter(order: ThreadOrder, thread: string, id: string, secondMessage: 'wait' | 'cancel' = 'wait', signal = never()): Promise<Place> {
    const place = await order.enter(thread, { id, secondMessage }, signal);
    if (place.cancelledBy === undefined) this.begun.push(id);
    return place;
  }

  async close(): Promise<void> {
    for (const order of this.orders.keys()) order.close();
    this.orders.clear();
    await this.replicas.close();
    this.begun.length = 0;
  }
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

/** Long enough for what must not happen to happen, were it wrong. */
export function aWhile(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 150));
}

export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
