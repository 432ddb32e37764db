import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import type { Certificate } from './certificate.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

const STARTS = 5;
/** A connection for one command. */
const ONCE = { lazyConnect: true, retryStrategy: null, commandTimeout: 2000, disconnectTimeout: 100 } as const;

/** One `redis-server` of the system on a free port of 127.0.0.1, keeping nothing on the disk. */
export class RedisServer {
  readonly url: string;
  private readonly process: ServerProcess;

  private constructor(
    readonly port: number,
    private readonly directory: string,
    args: readonly string[],
    private readonly certificate: Certificate | undefined,
  ) {
    this.url = `${redisScheme(certificate)}://127.0.0.1:${port}`;
    this.process = new ServerProcess({
      program: 'redis-server',
      args: [...args, ...settings({ ...portSettings(port, certificate), bind: '127.0.0.1', dir: directory, daemonize: 'no' })],
      directory,
      isReady: async () => (await this.command('PING').catch(() => undefined)) === 'PONG',
    });
  }

  /**
   * @param configure settings beyond the usual, for a port and a directory
   * @param certificate with which it speaks TLS, and nothing else
   */
  static async start(
    configure: (port: number, directory: string) => Promise<readonly string[]> | readonly string[] = () => [],
    certificate?: Certificate,
  ): Promise<RedisServer> {
    for (let attempt = 1; ; attempt += 1) {
      const port = await freePort();
      const directory = await mkdtemp(join(tmpdir(), 'redis-'));
      const server = new RedisServer(port, directory, await configure(port, directory), certificate);
      try {
        await server.process.start();
        return server;
      } catch (error) {
        await server.stop();
        // Another process may have taken the port meanwhile.
        if (attempt === STARTS) throw error;
      }
    }
  }

  /** Asks this one server, over a connection of its own. */
  async command(name: string, ...args: readonly (string | number)[]): Promise<unknown> {
    const tls = this.certificate === undefined ? {} : { tls: { ca: this.certificate.authority } };
    const client = new Redis({ ...ONCE, ...tls, port: this.port, host: '127.0.0.1' });
    client.on('error', () => undefined);
    try {
      return await client.call(name, ...args);
    } finally {
      client.disconnect();
    }
  }

  async stop(): Promise<void> {
    await this.process.kill();
    await rm(this.directory, { recursive: true, force: true });
  }

  kill(): Promise<void> {
    return this.process.kill();
  }

  pause(): Promise<void> {
    return this.process.pause();
  }

  resume(): void {
    this.process.resume();
  }

  /** On the same port; what it held is gone. */
  async restart(): Promise<void> {
    await this.process.kill();
    await this.process.start();
  }
}

/** Settings as arguments of `redis-server`. */
export function settings(values: Readonly<Record<string, string | number>>): string[] {
  const all: Readonly<Record<string, string | number>> = { save: '', appendonly: 'no', ...values };
  return Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

export function redisScheme(certificate: Certificate | undefined): 'redis' | 'rediss' {
  return certificate === undefined ? 'redis' : 'rediss';
}

/** Nobody is asked for a certificate of his own; among themselves servers speak TLS, too. */
function portSettings(port: number, certificate: Certificate | undefined): Record<string, string | number> {
  if (certificate === undefined) return { port };
  return {
    port: 0,
    'tls-port': port,
    'tls-cert-file': certificate.certificateFile,
    'tls-key-file': certificate.keyFile,
    'tls-ca-cert-file': certificate.authorityFile,
    'tls-auth-clients': 'no',
    'tls-replication': 'yes',
    'tls-cluster': 'yes',
  };
}
