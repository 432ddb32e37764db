import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems give to outgoing connections: such a port stays free while its server is restarted. */
const [LOWEST, HIGHEST] = [15_000, 30_000];
const ATTEMPTS = 100;

/** A TCP port of 127.0.0.1 that nobody listens on. Another process may still be faster: starting is to be tried again. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  throw new Error(`None of ${ATTEMPTS} ports tried was free.`);
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
}
