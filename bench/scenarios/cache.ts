import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { RedisServer } from '../../libs/testing/src/servers/redis-server.js';
import { load } from '../harness/load.js';
import { rounds, type Contender, type Row } from '../harness/rounds.js';
import type { ServerProcess } from '../harness/server-process.js';

const headers = { 'content-type': 'application/json' };
const body = JSON.stringify({ model: 'local/flite', voice: 'alloy', input: 'The same sentence again and again.', response_format: 'mp3' });

/**
 * A cache hit from memory and from Redis, next to servers that do nothing but send the same bytes.
 * @param audio a file with bytes of the usual size
 */
export async function cacheTiers(start: typeof ServerProcess.start, directory: string, audio: string, count: number): Promise<Row[]> {
  const redis = isInstalled('redis-server') ? await RedisServer.start() : undefined;
  try {
    const gateway = (name: string, environment: Record<string, string>) =>
      start(new URL('../servers/gateway.mjs', import.meta.url), [], {
        PORT: '0',
        PARLANCE_DATA_DIR: join(directory, name),
        PARLANCE_LOG_LEVEL: 'error',
        ...environment,
      });
    const contender = (name: string, { url: origin }: ServerProcess, path = '/v1/audio/speech'): Contender => ({
      name,
      run: () => load({ origin, path, headers, body: () => body, connections: 16, amount: 3000 }),
    });
    const contenders = [contender('Parlance, hit in memory', await gateway('memory', {}))];
    // So little memory that every hit comes from Redis.
    if (redis !== undefined)
      contenders.push(contender('Parlance, hit in Redis', await gateway('redis', { REDIS_URL: redis.url, PARLANCE_CACHE_BYTES: '1' })));
    if (isInstalled('nginx'))
      contenders.push(
        contender('nginx, the file', await start(new URL('../servers/nginx.mjs', import.meta.url), [audio, 'audio/mpeg']), '/'),
      );
    contenders.push(
      contender('bare node:http', await start(new URL('../servers/bare-server.mjs', import.meta.url), [audio, 'audio/mpeg']), '/'),
    );
    return await rounds(contenders, count);
  } finally {
    await redis?.stop();
  }
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}
