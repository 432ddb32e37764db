import { randomUUID } from 'node:crypto';
import type { SharedRedis } from '../redis/shared-redis.js';

/**
 * Adds a batch once, however often it is sent: a batch whose answer was lost may have been added. Each process numbers
 * its batches, and the number of the last one lies beside the totals.
 */
const ADD_ONCE = `
if tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0') >= tonumber(ARGV[2]) then return 0 end
for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('EXPIRE', KEYS[2], ARGV[3])
return 1`;

const RETRY_MILLISECONDS = 500;
/** A script takes so many arguments without holding everybody up. */
const MOST_FIELDS = 2000;

interface Batch {
  key: string;
  number: number;
  deltas: ReadonlyMap<string, number>;
}

/**
 * What is to be added to totals in Redis, in order and exactly once. What comes while a batch is under way waits for
 * the next, merged by field: a busy process sends few large batches, an idle one sends at once.
 */
export class CountQueue {
  private readonly process = randomUUID();
  private readonly waiting = new Map<string, Map<string, number>>();
  private sending: Batch | undefined;
  private batches = 0;
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  /** @param ttlSeconds how long totals live after they were last added to */
  constructor(
    private readonly redis: SharedRedis,
    private readonly ttlSeconds: number,
  ) {}

  /** Fields that wait to be added. */
  get size(): number {
    return [...this.waiting.values()].reduce((sum, { size }) => sum + size, this.sending?.deltas.size ?? 0);
  }

  add(key: string, deltas: ReadonlyMap<string, number>): void {
    const waiting = this.waiting.get(key) ?? new Map<string, number>();
    for (const [field, delta] of deltas) waiting.set(field, (waiting.get(field) ?? 0) + delta);
    this.waiting.set(key, waiting);
    void this.flush();
  }

  /** What a total still lacks. */
  pending(key: string, field: string): number {
    const sending = this.sending?.key === key ? this.sending.deltas.get(field) : undefined;
    return (this.waiting.get(key)?.get(field) ?? 0) + (sending ?? 0);
  }

  /** Resolves when nothing waits any more, or Redis is away; never rejects. */
  flush(): Promise<void> {
    this.running ??= this.sendAll().finally(() => {
      this.running = undefined;
      if (this.size > 0) this.tryLater();
    });
    return this.running;
  }

  /** Sends what is left, as far as Redis is there. */
  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.flush();
  }

  private async sendAll(): Promise<void> {
    for (let batch = this.next(); batch !== undefined; batch = this.next()) {
      const { key, number, deltas } = batch;
      const fields = [...deltas].flatMap(([field, delta]) => [field, delta]);
      const sent = await this.redis.attempt(key, (client) =>
        client.eval(ADD_ONCE, 2, key, `${key}:batches`, this.process, number, this.ttlSeconds, ...fields),
      );
      if (sent === undefined) return;
      this.sending = undefined;
    }
  }

  /** The one whose answer was lost, as it was; else the next. */
  private next(): Batch | undefined {
    if (this.sending !== undefined) return this.sending;
    const [first] = this.waiting;
    if (first === undefined) return undefined;
    const [key, waiting] = first;
    const deltas = new Map([...waiting].slice(0, MOST_FIELDS));
    for (const field of deltas.keys()) waiting.delete(field);
    if (waiting.size === 0) this.waiting.delete(key);
    this.sending = { key, number: ++this.batches, deltas };
    return this.sending;
  }

  private tryLater(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), RETRY_MILLISECONDS);
    this.timer.unref();
  }
}
