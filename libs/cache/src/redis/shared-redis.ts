import type { ParlanceError } from '@parlance/contracts';
import type { RedisClient } from './redis-connection.js';
import type { RedisConnections } from './redis-connections.js';
import { failuresOf } from './redis-error.js';

export interface SharedRedisOptions {
  /** Told when an outage begins, with its first error, and when it is over: once each. */
  onStateChange?: (state: 'ready' | 'away', error?: ParlanceError) => void;
  /** How often an outage is looked at again, in milliseconds. Default 1000. */
  probeMilliseconds?: number;
}

const PROBE_MILLISECONDS = 1000;

/**
 * The Redis that all replicas share, for what goes on without it. The first command that fails begins an outage:
 * until it is over nothing is asked, so that a silent server costs no request more than one time limit ({@link RedisTimes}).
 */
export class SharedRedis {
  private probe: NodeJS.Timeout | undefined;
  private closed = false;
  private asUnavailable: ((error: unknown) => ParlanceError) | undefined;

  constructor(
    private readonly connections: RedisConnections,
    private readonly options: SharedRedisOptions = {},
  ) {}

  /** Whether there is one at all, be it away or not. */
  get isConfigured(): boolean {
    return this.connections.url !== undefined;
  }

  get isAway(): boolean {
    return this.probe !== undefined;
  }

  /**
   * Does something in Redis; never rejects.
   * @param key what it is about: an outage is over when its part of Redis takes a command again, since on a cluster others may
   * @returns `undefined` when there is no Redis, or it is away; it may have been done all the same
   */
  async attempt<Result>(key: string, command: (client: RedisClient) => Promise<Result>): Promise<{ value: Result } | undefined> {
    if (this.closed || this.isAway) return undefined;
    const client = this.connections.commands;
    if (client === undefined) return undefined;
    this.asUnavailable ??= failuresOf(client);
    await this.connections.opened('commands');
    try {
      return { value: await command(client) };
    } catch (error) {
      this.failed(key, this.asUnavailable(error));
      return undefined;
    }
  }

  /** Ends looking for the end of an outage. Nothing is asked any more. */
  close(): void {
    this.closed = true;
    clearTimeout(this.probe);
    this.probe = undefined;
  }

  private failed(key: string, error: ParlanceError): void {
    if (this.closed || this.isAway) return;
    this.probeLater(key);
    this.options.onStateChange?.('away', error);
  }

  private probeLater(key: string): void {
    this.probe = setTimeout(() => void this.tryAgain(key), this.options.probeMilliseconds ?? PROBE_MILLISECONDS);
    // A process that ends does not wait for Redis.
    this.probe.unref();
  }

  private async tryAgain(key: string): Promise<void> {
    const { commands } = this.connections;
    const works = commands !== undefined && (await isUsable(commands, key));
    if (this.closed) return;
    if (!works) {
      this.probeLater(key);
      return;
    }
    this.probe = undefined;
    this.options.onStateChange?.('ready');
  }
}

/** Whether the node of that key answers, and writes: one that is full, or a replica, is read from all the while. */
async function isUsable(client: RedisClient, key: string): Promise<boolean> {
  const slot = /\{([^}]+)\}/.exec(key)?.[1] ?? key;
  return client.set(`parlance:probe:{${slot}}`, '', 'PX', PROBE_MILLISECONDS).then(
    () => true,
    () => false,
  );
}
