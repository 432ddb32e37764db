import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, OPENAI_KEY, RedisServer, ServerProcess, startOpenaiStandIn, type StandIn } from '@parlance/testing';

const ROOT = resolve(__dirname, '../../..');
const ENTRY = join(ROOT, 'dist/apps/gateway/src/main.js');

/** A gateway in a process of its own. */
export interface Replica {
  url: string;
  /** At once, as the system does when it has no memory left. */
  kill(): Promise<void>;
  /** Again on the same port, after a `kill`. Resolves when it is ready. */
  start(): Promise<void>;
}

/** Gateways that are processes of their own and share one Redis, with one vendor behind them. */
export interface Replicas {
  all: readonly [Replica, Replica, Replica];
  vendor: StandIn;
  redis: RedisServer;
  close(): Promise<void>;
}

export async function startReplicas(environment: Readonly<Record<string, string>> = {}): Promise<Replicas> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs')]);
  const directory = mkdtempSync(join(tmpdir(), 'parlance-replicas-'));
  const [redis, vendor] = await Promise.all([RedisServer.start(), startOpenaiStandIn()]);
  const file = join(directory, 'parlance.config.yaml');
  const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
  writeFileSync(file, JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }));
  const start = (name: string) =>
    startReplica(directory, {
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_DATA_DIR: join(directory, name),
      PARLANCE_SPEECH_PLAN: 'vendor',
      PARLANCE_TRANSCRIPTION_PLAN: 'vendor',
      PARLANCE_RETRIES: '0',
      PARLANCE_LOG_LEVEL: 'error',
      REDIS_URL: redis.url,
      ...environment,
    });
  const all = await Promise.all([start('a'), start('b'), start('c')]);
  return {
    all,
    vendor,
    redis,
    close: async () => {
      await Promise.all(all.map((replica) => replica.kill()));
      await Promise.all([redis.stop(), vendor.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startReplica(directory: string, environment: Readonly<Record<string, string>>): Promise<Replica> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const variables = Object.entries({ PORT: String(port), ...environment }).map(([name, value]) => `${name}=${value}`);
  const gateway = new ServerProcess({
    program: 'env',
    args: [...variables, process.execPath, ENTRY],
    directory,
    isReady: async () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
  });
  await gateway.start();
  return { url, kill: () => gateway.kill(), start: () => gateway.start() };
}
