import { RedisServer } from '../../../libs/testing/src/servers/redis-server.js';
import type { Bench } from '../../harness/bench.js';
import { machineTime, processorTime } from '../../harness/processor-time.js';
import type { ServerProcess } from '../../harness/server-process.js';
import type { Scenario } from '../measured.js';

/** Logs as it does in production: a line for each request costs, too. */
const LOGGING = { PARLANCE_LOG_LEVEL: 'info', PARLANCE_LOG_FORMAT: 'json' };

/** A vendor, gateways that ask it, and Redis where they share one. */
export class Servers {
  private constructor(
    private readonly vendor: ServerProcess,
    readonly gateways: readonly ServerProcess[],
    private readonly redis: { server: RedisServer; pid: number } | undefined,
  ) {}

  static async with<Result>(
    bench: Bench,
    { deployment, replicas, vendor: [from, to] }: Pick<Scenario, 'deployment' | 'replicas' | 'vendor'>,
    work: (servers: Servers) => Promise<Result>,
  ): Promise<Result> {
    const { file } = await bench.speech();
    const server = deployment === 'alone' ? undefined : await RedisServer.start();
    try {
      const redis = server && { server, pid: Number((await infoOf(server, 'server')).get('process_id')) };
      const vendor = await bench.server('vendor', [file, from, 0, to - from]);
      const environment = { ...LOGGING, ...(server && { REDIS_URL: server.url }) };
      const names = Array.from({ length: replicas }, (_, index) => `gateway-${index}`);
      const gateways = await Promise.all(names.map((name) => bench.gatewayTo([vendor], name, environment)));
      return await work(new Servers(vendor, gateways, redis));
    } finally {
      await server?.stop();
    }
  }

  /** Milliseconds of processor until now, of each and of others; and what Redis has done. */
  async look(): Promise<Record<string, number>> {
    const own = processorTime(process.pid);
    const gateways = this.gateways.map(({ pid }) => processorTime(pid));
    const sum = (field: 'main' | 'all') => gateways.reduce((total, time) => total + time[field], 0);
    const vendor = processorTime(this.vendor.pid).all;
    const redis = this.redis === undefined ? 0 : processorTime(this.redis.pid).all;
    return {
      client: own.all,
      gateway: sum('main'),
      helpers: sum('all') - sum('main'),
      vendor,
      redis,
      others: machineTime() - own.all - sum('all') - vendor - redis,
      ...(await this.lookAtRedis()),
    };
  }

  /** Bytes of Redis's memory for one entry of the sets that say which provider has made what; 0 without Redis. */
  async bytesOfTag(): Promise<number> {
    if (this.redis === undefined) return 0;
    const [tag] = (await this.redis.server.command('KEYS', 'parlance:cache-tag:*')) as string[];
    if (tag === undefined) return 0;
    const bytes = Number(await this.redis.server.command('MEMORY', 'USAGE', tag, 'SAMPLES', 0));
    return bytes / Number(await this.redis.server.command('ZCARD', tag));
  }

  private async lookAtRedis(): Promise<Record<string, number>> {
    if (this.redis === undefined) return { redisCommands: 0, redisBytesIn: 0, redisBytesOut: 0, redisBytesKept: 0 };
    const [statistics, memory] = [await infoOf(this.redis.server, 'stats'), await infoOf(this.redis.server, 'memory')];
    return {
      redisCommands: Number(statistics.get('total_commands_processed')),
      redisBytesIn: Number(statistics.get('total_net_input_bytes')),
      redisBytesOut: Number(statistics.get('total_net_output_bytes')),
      redisBytesKept: Number(memory.get('used_memory_dataset')),
    };
  }
}

async function infoOf(server: RedisServer, section: string): Promise<Map<string, string>> {
  const lines = String(await server.command('INFO', section)).split('\r\n');
  return new Map(lines.filter((line) => line.includes(':')).map((line) => line.split(':') as [string, string]));
}
