import { closeRedis, connectRedis, createRedis, type RedisClient, type RedisPurpose } from './redis-connection.js';

/**
 * The connections of this process to the Redis that all replicas share, one for each purpose, made when they are
 * first asked for. Without Redis there are none, and whoever shares something keeps it to this process.
 */
export class RedisConnections {
  private readonly clients = new Map<RedisPurpose, RedisClient>();

  /** @param url see `parseRedisUrl`; absent: there is no Redis */
  constructor(readonly url?: string) {}

  /** Fails at once while Redis is away; `undefined` where there is no Redis. */
  get commands(): RedisClient | undefined {
    return this.clientFor('commands');
  }

  /** For subscriptions, which are there again after an outage; `undefined` where there is no Redis. */
  get subscriber(): RedisClient | undefined {
    return this.clientFor('subscriber');
  }

  async close(): Promise<void> {
    const clients = [...this.clients.values()];
    this.clients.clear();
    await Promise.all(clients.map((client) => closeRedis(client)));
  }

  private clientFor(purpose: RedisPurpose): RedisClient | undefined {
    if (this.url === undefined) return undefined;
    let client = this.clients.get(purpose);
    if (client === undefined) {
      client = createRedis(this.url, purpose);
      this.clients.set(purpose, client);
      void connectRedis(client);
    }
    return client;
  }
}
