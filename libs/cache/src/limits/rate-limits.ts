import { hash } from 'node:crypto';
import { InvalidRequestError, ParlanceError } from '@parlance/contracts';
import { RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import type { RedisClient } from '../redis/redis-connection.js';
import type { SharedRedis } from '../redis/shared-redis.js';

/** What is limited. The same id in another scope is counted apart. */
export type RateScope = 'key' | 'address' | 'agent-user' | 'provider';

export interface RateLimit {
  /** Requests in one window; whole, at least 1. */
  points: number;
  /** Length of the window, which begins with its first request; whole, at least 1. */
  seconds: number;
}

/** How a limit stands after a request. */
export interface RateState {
  /** Requests in one window. */
  limit: number;
  /** Of them are left. */
  remaining: number;
  /** Until all are there again; more than 0. */
  resetSeconds: number;
}

interface Counted {
  consumedPoints: number;
  msBeforeNext: number;
}

const PREFIX = 'parlance:limit';
/** The limiters only count: what is too many is decided here, so that one of them serves every limit of its window. */
const COUNT_ONLY = Number.MAX_SAFE_INTEGER;

/**
 * How many requests there may be in a window of time, over all replicas. Where there is no Redis, or while it is away,
 * this process counts for itself: limits still bind, and nothing fails or waits because of Redis.
 */
export class RateLimits {
  private readonly inMemory = new Map<number, RateLimiterMemory>();
  private readonly inRedis = new Map<number, RateLimiterRedis>();

  constructor(private readonly redis: SharedRedis) {}

  /**
   * Counts one request. One that is refused counts too, and makes nothing last longer.
   * @param id of any form; only its hash leaves the process
   * @throws ParlanceError `rate` (`rate_limit_exceeded`) with the seconds to wait, when it is one too many
   */
  async consume(scope: RateScope, id: string, limit: RateLimit): Promise<RateState> {
    const { points, seconds } = limit;
    if (!isPositive(points) || !isPositive(seconds)) {
      throw new InvalidRequestError('A rate limit needs whole numbers of requests and seconds, at least 1 each.', 'limit');
    }
    const key = `${scope}:${hashOf(id)}`;
    const { consumedPoints, msBeforeNext } = await this.count(key, seconds);
    // In memory the end of a window is a time of day; when that is put back, the window ends as soon all the same.
    const resetSeconds = Math.min(seconds, Math.max(1, Math.ceil(msBeforeNext / 1000)));
    if (consumedPoints > points) throw tooMany(limit, resetSeconds);
    return { limit: points, remaining: points - consumedPoints, resetSeconds };
  }

  private async count(key: string, seconds: number): Promise<Counted> {
    const shared = await this.redis.attempt(`${PREFIX}:${seconds}:${key}`, (client) => this.redisLimiter(client, seconds).consume(key));
    return shared?.value ?? this.memoryLimiter(seconds).consume(key);
  }

  private redisLimiter(client: RedisClient, seconds: number): RateLimiterRedis {
    let limiter = this.inRedis.get(seconds);
    if (limiter === undefined) {
      limiter = new RateLimiterRedis({ storeClient: client, keyPrefix: `${PREFIX}:${seconds}`, points: COUNT_ONLY, duration: seconds });
      this.inRedis.set(seconds, limiter);
    }
    return limiter;
  }

  private memoryLimiter(seconds: number): RateLimiterMemory {
    let limiter = this.inMemory.get(seconds);
    if (limiter === undefined) {
      limiter = new RateLimiterMemory({ points: COUNT_ONLY, duration: seconds });
      this.inMemory.set(seconds, limiter);
    }
    return limiter;
  }
}

function tooMany({ points, seconds }: RateLimit, wait: number): ParlanceError {
  const message = `Too many requests: there may be ${points} in ${inWords(seconds)}. Try again in ${inWords(wait)}.`;
  return new ParlanceError('rate', message, { reason: 'rate_limit_exceeded', retryAfterSeconds: wait });
}

function inWords(seconds: number): string {
  return seconds === 1 ? '1 second' : `${seconds} seconds`;
}

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function hashOf(id: string): string {
  return hash('sha256', id);
}
