import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedisServer } from '../../../libs/testing/src/servers/redis-server.js';
import { ServerProcess } from '../../harness/server-process.js';
import type { Scenario } from '../measured.js';
import { machineTime, processorTime } from '../../harness/processor-time.js';
import { TEXT } from './requests.js';

const serverFile = (name: string) => new URL(`../../servers/${name}.mjs`, import.meta.url);

/** The servers of one load: a vendor, gateways that ask it, and Redis where they share one. */
export class Bench {
  private constructor(
    private readonly directory: string,
    private readonly vendor: ServerProcess,
    readonly gateways: readonly ServerProcess[],
    private readonly redis: { server: RedisServer; pid: number } | undefined,
  ) {}

  /** @param speech what the vendor says to everything: an mp3 */
  static async start({ deployment, replicas, vendor: [from, to] }: Omit<Scenario, 'kind' | 'callers'>, speech: Buffer): Promise<Bench> {
    const directory = await mkdtemp(join(tmpdir(), 'parlance-simulate-'));
    const mp3 = join(directory, 'speech.mp3');
    await writeFile(mp3, speech);
    const server = deployment === 'shared' ? await RedisServer.start() : undefined;
    const redis = server === undefined ? undefined : { server, pid: Number((await infoOf(server, 'server')).get('process_id')) };
    const vendor = await ServerProcess.start(serverFile('vendor'), [mp3, String(from), '0', String(to - from)]);
    const account = { name: 'vendor', provider: 'openai-compatible' };
    const options = { server: 'openai', apiKey: 'none', baseUrl: `${vendor.url}/v1` };
    const file = join(directory, 'parlance.config.yaml');
    await writeFile(file, JSON.stringify({ providers: [{ ...account, options }] }));
    const environment = {
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_SPEECH_PLAN: 'vendor',
      PARLANCE_TRANSCRIPTION_PLAN: 'vendor',
      ...(server === undefined ? {} : { REDIS_URL: server.url }),
    };
    const names = Array.from({ length: replicas }, (_, index) => join(directory, `gateway-${index}`));
    const gateways = await Promise.all(names.map((name) => startGateway(name, environment)));
    return new Bench(directory, vendor, gateways, redis);
  }

  /** Milliseconds of processor until now, of each and of others; and what Redis has done. */
  async look(): Promise<Record<string, number>> {
    const own = processorTime(process.pid);
    const gateways = this.gateways.map(({ pid }) => processorTime(pid));
    const sum = (field: 'main' | 'all') => gateways.reduce((total, time) => total + time[field], 0);
    const vendor = processorTime(this.vendor.pid).all;
    const redis = this.redis === undefined ? 0 : processorTime(this.redis.pid).all;
    const others = machineTime() - own.all - sum('all') - vendor - redis;
    return {
      client: own.all,
      gateway: sum('main'),
      helpers: sum('all') - sum('main'),
      vendor,
      redis,
      others,
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

  async stop(): Promise<void> {
    await Promise.all([this.vendor, ...this.gateways].map((server) => server.stop()));
    await this.redis?.server.stop();
    await rm(this.directory, { recursive: true, force: true });
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

/** What the embedded engine says, to be what the vendor says: about 20 KB of mp3. */
export async function speechSample(): Promise<Buffer> {
  const directory = await mkdtemp(join(tmpdir(), 'parlance-simulate-'));
  const gateway = await startGateway(directory);
  try {
    const body = JSON.stringify({ model: 'local/flite', voice: 'alloy', input: TEXT, response_format: 'mp3' });
    const response = await fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
    return Buffer.from(await response.arrayBuffer());
  } finally {
    await gateway.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Logs as it does in production: a line for each request costs, too. */
function startGateway(directory: string, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const settings = { PORT: '0', PARLANCE_DATA_DIR: directory, PARLANCE_LOG_LEVEL: 'info', PARLANCE_LOG_FORMAT: 'json' };
  return ServerProcess.start(serverFile('gateway'), [], { ...settings, ...environment });
}

async function infoOf(server: RedisServer, section: string): Promise<Map<string, string>> {
  const lines = String(await server.command('INFO', section)).split('\r\n');
  return new Map(lines.filter((line) => line.includes(':')).map((line) => line.split(':') as [string, string]));
}
