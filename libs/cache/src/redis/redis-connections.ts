import { closeRedis, connectRedis, createRedis, type RedisClient, type RedisPurpose, type RedisTimes } from './redis-connection.js';

/**
 * The connections of this process to the Redis that all replicas share, one for each purpose, made when they are
 * first asked for. Without Redis there are none, and whoever shares something keeps it to this process.
 */
export class RedisConnections {
  private readonly clients = new Map<RedisPurpose, { client: RedisClient; connecting: Promise<void> }>();

  /** @param url see `parseRedisUrl`; absent: there is no Redis */
  constructor(
    readonly url?: string,
    private readonly times: RedisTimes = {},
  ) {}

  /** Fails at once while Redis is away; `undefined` where there is no Redis. */
  get commands(): RedisClient | undefined {
    return this.clientFor('commands');
  }

  /** For subscriptions, which are there again after an outage; `undefined` where there is no Redis. */
  get subscriber(): RedisClient | undefined {
    return this.clientFor('subscriber');
  }

  /** Makes them both, and waits a moment for them to be there: a command given before that fails. An outage is no error. */
  async open(): Promise<void> {
    await Promise.all([this.opened('commands'), this.opened('subscriber')]);
  }

  /** Resolves when the first attempt to connect is over, however it went: a command before that would be refused. */
  async opened(purpose: RedisPurpose): Promise<void> {
    this.clientFor(purpose);
    await this.clients.get(purpose)?.connecting;
  }

  async close(): Promise<void> {
    const all = [...this.clients.values()];
    this.clients.clear();
    await Promise.all(all.map(({ client }) => closeRedis(client)));
  }

  private clientFor(purpose: RedisPurpose): RedisClient | undefined {
    if (this.url === undefined) return undefined;
    let made = this.clients.get(purpose);
    if (made === undefined) {
      const client = createRedis(this.url, purpose, this.times);
      made = { client, connecting: connectRedis(client, this.times) };
      this.clients.set(purpose, made);
    }
    return made.client;
  }
}
