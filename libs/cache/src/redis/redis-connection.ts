import { createRequire } from 'node:module';
import type { Cluster, ClusterOptions, Redis, RedisOptions } from 'ioredis';
import { atMost } from '../at-most.js';
import { leaveOldMasters, stopLeaving } from './old-masters.js';
import { parseRedisUrl, type RedisAddress } from './redis-address.js';

/** A connection to one server (or to the master that sentinels name), or to all nodes of a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * What a connection is for decides how it takes an outage:
 * - `commands` fail at once while Redis is away, and after {@link RedisTimes} (0.8 seconds) when it is silent;
 * - a `subscriber` waits, and has its subscriptions again when Redis is back;
 * - `jobs` wait as long as it takes: for blocking reads and for libraries that ask for that. They connect at once:
 *   such a library would take the failure of a first attempt of its own for final, also with a duplicate.
 */
export type RedisPurpose = 'commands' | 'subscriber' | 'jobs';

/** How long Redis is waited for. */
export interface RedisTimes {
  /**
   * For the answer to a command, in milliseconds; default 800. A connection without any byte for a quarter longer, from a
   * server that was asked something, counts as dead and is made anew. A new connection is waited for as long, and for a
   * second at the least.
   */
  commandMilliseconds?: number;
}

/** With the first client: it takes 50 ms, which a process without Redis need not wait for. */
const loadIoredis = () => createRequire(import.meta.url)('ioredis') as typeof import('ioredis');

const COMMAND_MILLISECONDS = 800;
const SILENCE_OF_COMMAND = 1.25;
/** A connection at the least, and its end. */
const CONNECT_MILLISECONDS = 1000;
const RETRY_MILLISECONDS = 200;
const LONGEST_RETRY_MILLISECONDS = 2000;

const EVERY_PURPOSE = {
  connectTimeout: CONNECT_MILLISECONDS,
  disconnectTimeout: RETRY_MILLISECONDS,
  keepAlive: 10_000,
  // The master became a replica, and the connection was not cut.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
} as const satisfies RedisOptions;

const FOR_PURPOSE = {
  // Nothing is sent again after a broken connection: it may have been done, and its caller has given up.
  commands: {
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => RETRY_MILLISECONDS,
  },
  subscriber: {
    lazyConnect: true,
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    retryStrategy: retryLater,
  },
  jobs: { lazyConnect: false, enableOfflineQueue: true, maxRetriesPerRequest: null, retryStrategy: retryLater },
} as const satisfies Record<RedisPurpose, RedisOptions>;

/**
 * A client for one purpose, which is not connected yet: {@link connectRedis}, or the first command, does that. It comes back by
 * itself after every outage. Whoever made it ends it with {@link closeRedis}.
 * @param url see {@link parseRedisUrl}
 * @throws InvalidRequestError when the URL cannot be used; no part of it is in the message
 */
export function createRedis(url: string, purpose: RedisPurpose, times: RedisTimes = {}): RedisClient {
  const address = parseRedisUrl(url);
  const { commandMilliseconds = COMMAND_MILLISECONDS } = times;
  const client = quiet(
    address.kind === 'cluster'
      ? createCluster(address, purpose, commandMilliseconds)
      : new (loadIoredis().Redis)(redisOptions(address, purpose, commandMilliseconds)),
  );
  if (address.kind === 'sentinel' && !isCluster(client)) leaveOldMasters(client, address.master, () => sentinelsOf(address));
  return client;
}

/** Without a listener every failed attempt is printed. Callers learn of outages by their commands. */
function quiet<Client extends RedisClient>(client: Client): Client {
  client.on('error', () => undefined);
  // A worker of BullMQ waits on one that it makes of this, and ceases to listen to it before it is closed.
  const duplicate = client.duplicate.bind(client) as (...parameters: unknown[]) => Client;
  client.duplicate = ((...parameters: unknown[]) => quiet(duplicate(...parameters))) as Client['duplicate'];
  return client;
}

export function isCluster(client: RedisClient): client is Cluster {
  return client.isCluster;
}

/** Tries to connect for a moment. An outage is no error: the client goes on trying by itself. */
export async function connectRedis(client: RedisClient, times: RedisTimes = {}): Promise<void> {
  await atMost(
    connectMilliseconds(times),
    client.connect().catch(() => undefined),
  );
}

/** Ends the connection at once; resolves when nothing of it is open any more. */
export async function closeRedis(client: RedisClient): Promise<void> {
  const { status } = client;
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  // One that is closed while it still agrees upon TLS may fail twice, and the client listens once: the process would end.
  for (const one of isCluster(client) ? client.nodes() : [client]) one.stream?.on('error', () => undefined);
  client.disconnect();
  stopLeaving(client);
  // Between two attempts nothing is open, and the client tells of no end.
  if (status !== 'end' && status !== 'reconnecting') await atMost(CONNECT_MILLISECONDS, ended);
}

function connectMilliseconds({ commandMilliseconds = COMMAND_MILLISECONDS }: RedisTimes): number {
  return Math.max(CONNECT_MILLISECONDS, commandMilliseconds);
}

/** Jobs wait as long as it takes. */
function timesOf(
  purpose: RedisPurpose,
  commandMilliseconds: number,
): Pick<RedisOptions, 'commandTimeout' | 'connectTimeout' | 'socketTimeout'> {
  const connectTimeout = connectMilliseconds({ commandMilliseconds });
  if (purpose === 'jobs') return { connectTimeout };
  const socketTimeout = Math.round(commandMilliseconds * SILENCE_OF_COMMAND);
  return { connectTimeout, socketTimeout, ...(purpose === 'commands' && { commandTimeout: commandMilliseconds }) };
}

function redisOptions(address: RedisAddress, purpose: RedisPurpose, commandMilliseconds: number) {
  const { kind, hosts, master, sentinelPassword } = address;
  const forPurpose = { ...FOR_PURPOSE[purpose], ...timesOf(purpose, commandMilliseconds) };
  const options = { ...EVERY_PURPOSE, ...forPurpose, ...accessOf(address), db: address.database };
  if (kind === 'single') return { ...options, ...hosts[0] };
  return {
    ...options,
    sentinels: hosts.map((host) => ({ ...host })),
    name: master,
    sentinelCommandTimeout: commandMilliseconds,
    sentinelRetryStrategy: () => RETRY_MILLISECONDS,
    ...(sentinelPassword !== undefined && { sentinelPassword }),
    ...(address.tls && { sentinelTLS: {}, enableTLSForSentinelMode: true }),
  };
}

/** A connection to each sentinel, for what it tells by itself. */
function sentinelsOf({ hosts, sentinelPassword: password, tls }: RedisAddress): Redis[] {
  const access = { ...(password !== undefined && { password }), ...(tls && { tls: {} }) };
  const options = { ...EVERY_PURPOSE, ...FOR_PURPOSE.subscriber, ...access, enableReadyCheck: false };
  return hosts.map((host) => quiet(new (loadIoredis().Redis)({ ...options, ...host })));
}

function createCluster(address: RedisAddress, purpose: RedisPurpose, commandMilliseconds: number): Cluster {
  const { lazyConnect, enableOfflineQueue, retryStrategy, ...forNodes } = FOR_PURPOSE[purpose];
  const options = {
    lazyConnect,
    enableOfflineQueue,
    clusterRetryStrategy: retryStrategy,
    slotsRefreshTimeout: CONNECT_MILLISECONDS,
    // Few and short: a lost node is asked again by the next command.
    ...(purpose === 'commands' && { maxRedirections: 4, retryDelayOnFailover: 50, retryDelayOnClusterDown: 50 }),
    redisOptions: { ...EVERY_PURPOSE, ...forNodes, ...timesOf(purpose, commandMilliseconds), ...accessOf(address) },
    // A certificate is for the name of a node, not for its number.
    ...(address.tls && { dnsLookup: (host: string, done: (error: null, host: string) => void) => done(null, host) }),
  } satisfies ClusterOptions;
  return new (loadIoredis().Cluster)(
    address.hosts.map((host) => ({ ...host })),
    options,
  );
}

function accessOf({ username, password, tls }: RedisAddress) {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }), ...(tls && { tls: {} }) };
}

function retryLater(attempts: number): number {
  return Math.min(attempts * RETRY_MILLISECONDS, LONGEST_RETRY_MILLISECONDS);
}
