import { ParlanceError } from '@parlance/contracts';
import type { SharedRedis } from '../redis/shared-redis.js';
import { CountQueue } from './count-queue.js';
import { MemoryCounts, type Claim, type Claimed } from './memory-counts.js';

export interface SharedCountsOptions {
  /** How long totals live in Redis after they were last added to; default 400 days. */
  ttlSeconds?: number;
  /** Fields kept in memory over all keys; the keys that were begun first go. Default 500 000. */
  maximumFields?: number;
}

const DAY_SECONDS = 86_400;

/** All claims or none. Answers 0 and every new total, or the place of the claim that did not fit and its total. */
const CLAIM = `
for i = 2, #ARGV, 3 do
  local used = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or '0')
  if used + tonumber(ARGV[i + 1]) > tonumber(ARGV[i + 2]) then return {(i + 1) / 3, used} end
end
local answer = {0}
for i = 2, #ARGV, 3 do answer[#answer + 1] = redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return answer`;

/**
 * Totals of whole numbers that all replicas add to, by key and field. Without Redis they are this process's own. While
 * Redis is away what is added waits, merged by field, and is added when it is back: once, whatever was lost on the way.
 */
export class SharedCounts {
  /** All there is where there is no Redis; with it, the last that was known of what is claimed from. */
  private readonly memory: MemoryCounts;
  private readonly queue: CountQueue;
  private readonly ttlSeconds: number;

  constructor(
    private readonly redis: SharedRedis,
    { ttlSeconds = 400 * DAY_SECONDS, maximumFields }: SharedCountsOptions = {},
  ) {
    this.ttlSeconds = ttlSeconds;
    this.memory = new MemoryCounts(maximumFields);
    this.queue = new CountQueue(redis, ttlSeconds);
  }

  /** Adds to the totals; a delta may be negative. Nobody waits for it, and it never fails. */
  add(key: string, deltas: ReadonlyMap<string, number>): void {
    if (!this.redis.isConfigured) return this.memory.add(key, deltas);
    const known = this.memory.read(key);
    this.memory.add(key, new Map([...deltas].filter(([field]) => known.has(field))));
    this.queue.add(key, deltas);
  }

  /**
   * Adds what is claimed unless a total would pass its limit: all claims or none, exact over all replicas. While Redis
   * is away the last totals that were known and what this process has added since decide.
   */
  async claim(key: string, claims: readonly Claim[]): Promise<Claimed> {
    if (!this.redis.isConfigured) return this.memory.claim(key, claims);
    // What this process still has to add may not be in the totals yet. What it gives back may be: that is not counted on.
    const pending = claims.map(({ field }) => Math.max(0, this.queue.pending(key, field)));
    const fields = claims.flatMap(({ field, amount, limit }, index) => [field, amount, limit - (pending[index] ?? 0)]);
    const shared = await this.redis.attempt(key, (client) => client.eval(CLAIM, 1, key, this.ttlSeconds, ...fields));
    if (shared === undefined) return this.claimAway(key, claims);
    const [refused, ...totals] = shared.value as [number, ...number[]];
    const totalOf = (index: number, total = 0) => total + (pending[index] ?? 0);
    if (refused === 0) {
      this.memory.replace(key, new Map(claims.map(({ field }, index) => [field, totalOf(index, totals[index])])));
      return { granted: true };
    }
    const claim = claims[refused - 1]!;
    return { granted: false, claim, left: Math.max(0, claim.limit - totalOf(refused - 1, totals[0])) };
  }

  /** @throws ParlanceError `unavailable` while Redis is away: what this process knows alone would be wrong */
  async read(key: string): Promise<ReadonlyMap<string, number>> {
    if (!this.redis.isConfigured) return this.memory.read(key);
    await this.queue.flush();
    const shared = await this.redis.attempt(key, (client) => client.hgetall(key));
    if (shared === undefined) {
      throw new ParlanceError('unavailable', 'Redis does not answer, and it has the totals. Try again when it is back.', {
        reason: 'redis_unavailable',
      });
    }
    return new Map(Object.entries(shared.value).map(([field, total]) => [field, Number(total)]));
  }

  /** Sends what is left, as far as Redis is there. */
  async close(): Promise<void> {
    await this.queue.close();
  }

  /**
   * The claim may have been granted and only its answer lost: then it counts twice for the rest of the day, which
   * spends too little rather than too much.
   */
  private claimAway(key: string, claims: readonly Claim[]): Claimed {
    const claimed = this.memory.claim(key, claims);
    if (claimed.granted) this.queue.add(key, new Map(claims.map(({ field, amount }) => [field, amount])));
    return claimed;
  }
}
