import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPENAI_KEY, RedisServer, startOpenaiStandIn, type StandIn } from '@parlance/testing';
import { GatewayProcess } from './gateway-process.js';

/** Gateways that are processes of their own and share one Redis, with one vendor behind them. */
export interface Replicas {
  all: readonly [GatewayProcess, GatewayProcess, GatewayProcess];
  vendor: StandIn;
  redis: RedisServer;
  close(): Promise<void>;
}

/**
 * @param environment more of it for each of them
 * @param startVendor default: OpenAI's stand-in
 */
export async function startReplicas(
  environment: Readonly<Record<string, string>> = {},
  startVendor: () => Promise<StandIn> = startOpenaiStandIn,
): Promise<Replicas> {
  const directory = mkdtempSync(join(tmpdir(), 'parlance-replicas-'));
  const [redis, vendor] = await Promise.all([RedisServer.start(), startVendor()]);
  const file = join(directory, 'parlance.config.yaml');
  const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
  writeFileSync(file, JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }));
  const start = (name: string) =>
    GatewayProcess.start(directory, {
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_DATA_DIR: join(directory, name),
      PARLANCE_SPEECH_PLAN: 'vendor',
      PARLANCE_TRANSCRIPTION_PLAN: 'vendor',
      PARLANCE_RETRIES: '0',
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
