import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../conformance/check.js';
import type { Certificate } from './certificate.js';
import { RedisGroup, stopAll } from './redis-group.js';
import { redisScheme, RedisServer, settings } from './redis-server.js';

const NAME = 'parlance';
const REPLICAS = 2;

type Start = (configure?: Parameters<typeof RedisServer.start>[0]) => Promise<RedisServer>;

/** A master, two replicas and the sentinels that make a replica master when the master is lost. */
export class RedisSentinel extends RedisGroup {
  private constructor(
    /** The master at the start, and its replicas. */
    readonly nodes: readonly RedisServer[],
    readonly sentinels: readonly RedisServer[],
    scheme: string,
  ) {
    super(`${scheme}-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`, [...nodes, ...sentinels]);
  }

  /**
   * @param sentinels 1-3; the majority of them decides
   * @param certificate with which all of them speak TLS
   */
  static async start(sentinels = 1, certificate?: Certificate): Promise<RedisSentinel> {
    const started: RedisServer[] = [];
    const start: Start = async (configure) => {
      const server = await RedisServer.start(configure, certificate);
      started.push(server);
      return server;
    };
    try {
      const master = await start();
      const replicas = await replicate(master, start);
      const watching: RedisServer[] = [];
      for (let index = 0; index < sentinels; index += 1) watching.push(await start(sentinelSettings(master, sentinels)));
      await Promise.all(watching.map((sentinel) => sees(sentinel, sentinels)));
      return new RedisSentinel([master, ...replicas], watching, redisScheme(certificate));
    } catch (error) {
      await stopAll(started);
      throw error;
    }
  }

  /** The one that the sentinels take for the master now. */
  async master(): Promise<RedisServer> {
    const address = (await this.sentinels[0]?.command('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)) as readonly string[] | undefined;
    const master = this.nodes.find((node) => node.port === Number(address?.[1]));
    if (master === undefined) throw new Error('The sentinels know of no master.');
    return master;
  }
}

/** The replicas must be there before the sentinels are: these look for new ones only every ten seconds. */
async function replicate(master: RedisServer, start: Start): Promise<RedisServer[]> {
  await master.command('CONFIG', 'SET', 'repl-diskless-sync-delay', 0);
  const replicas: RedisServer[] = [];
  for (let index = 0; index < REPLICAS; index += 1) {
    replicas.push(await start(() => settings({ replicaof: `127.0.0.1 ${master.port}`, 'repl-diskless-sync-delay': 0 })));
  }
  const online = async () => String(await master.command('INFO', 'replication')).match(/state=online/g)?.length === REPLICAS;
  await eventually(online, 'The replicas did not reach the master.', 30_000);
  return replicas;
}

function sentinelSettings(master: RedisServer, sentinels: number): (port: number, directory: string) => Promise<string[]> {
  return async (_port, directory) => {
    const file = join(directory, 'sentinel.conf');
    const quorum = Math.floor(sentinels / 2) + 1;
    // A sentinel writes what it learns into its own file.
    await writeFile(
      file,
      [
        `sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${quorum}`,
        `sentinel down-after-milliseconds ${NAME} 500`,
        `sentinel failover-timeout ${NAME} 2000`,
        '',
      ].join('\n'),
    );
    return [file, '--sentinel'];
  };
}

async function sees(sentinel: RedisServer, sentinels: number): Promise<void> {
  const seesAll = async () => {
    const reply = (await sentinel.command('SENTINEL', 'MASTER', NAME)) as Readonly<Record<string, string>> | readonly string[];
    const known = Array.isArray(reply) ? pairs(reply as readonly string[]) : (reply as Readonly<Record<string, string>>);
    return Number(known['num-slaves']) === REPLICAS && Number(known['num-other-sentinels']) === sentinels - 1;
  };
  await eventually(seesAll, 'The sentinels did not find everybody.', 30_000);
}

function pairs(list: readonly string[]): Record<string, string> {
  return Object.fromEntries(list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])));
}
