import { execFile } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CEPH_KEYS, cephConfiguration } from './ceph-configuration.js';
import { freePort } from './free-port.js';
import { ServerProcess } from './server-process.js';

const execute = promisify(execFile);
const STARTS = 3;

/** Where an S3 server is and who may use it. */
export interface S3Access {
  /** Such as `http://127.0.0.1:8000`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
}

interface CephParts {
  /** The monitor and the disk. */
  cluster: readonly ServerProcess[];
  gateway: ServerProcess;
  access: S3Access;
}

/**
 * An S3 server: the object gateway of Ceph (radosgw) over a cluster of one that keeps everything in memory. It checks
 * signatures, times and ranges as the big ones do. Starting takes a few seconds.
 */
export class CephServer implements S3Access {
  readonly endpoint: string;

  readonly accessKey: string;
  readonly secretKey: string;

  private constructor(
    private readonly directory: string,
    private readonly parts: CephParts,
  ) {
    ({ endpoint: this.endpoint, accessKey: this.accessKey, secretKey: this.secretKey } = parts.access);
  }

  static async start(): Promise<CephServer> {
    for (let attempt = 1; ; attempt += 1) {
      const directory = await mkdtemp(join(tmpdir(), 'ceph-'));
      const started: ServerProcess[] = [];
      try {
        return new CephServer(directory, await startCeph(directory, started));
      } catch (error) {
        await endAll(started, directory);
        // Another process may have taken a port meanwhile.
        if (attempt === STARTS) throw error;
      }
    }
  }

  async stop(): Promise<void> {
    await endAll([this.parts.gateway, ...this.parts.cluster], this.directory);
  }

  /** The gateway; what is stored stays. */
  kill(): Promise<void> {
    return this.parts.gateway.kill();
  }

  pause(): Promise<void> {
    return this.parts.gateway.pause();
  }

  resume(): void {
    this.parts.gateway.resume();
  }

  /** The gateway, on the same port. */
  async restart(): Promise<void> {
    await this.parts.gateway.kill();
    await this.parts.gateway.start();
  }
}

async function startCeph(directory: string, started: ServerProcess[]): Promise<CephParts> {
  const [monitorPort, gatewayPort] = [await freePort(), await freePort()];
  const clusterId = randomUUID();
  const file = join(directory, 'ceph.conf');
  const configuration = ['--conf', file];
  const start = async (program: string, args: readonly string[], isReady: () => Promise<boolean>) => {
    const server = new ServerProcess({ program, args: [...configuration, '-f', ...args], directory, isReady });
    started.push(server);
    await server.start();
    return server;
  };

  await mkdir(join(directory, 'mon'));
  await mkdir(join(directory, 'osd'));
  await writeFile(file, cephConfiguration({ directory, clusterId, monitorPort, gatewayPort }));
  await prepareMonitor(directory, clusterId, monitorPort, configuration);
  const monitor = await start('ceph-mon', ['-i', 'a'], () => takesConnections(monitorPort));

  const diskId = randomUUID();
  await execute('ceph', [...configuration, 'osd', 'new', diskId, '0']);
  await execute('ceph-osd', [...configuration, '-i', '0', '--mkfs', '--osd-uuid', diskId]);
  // What comes next waits for the disk by itself.
  const disk = await start('ceph-osd', ['-i', '0'], () => Promise.resolve(true));

  const [accessKey, secretKey] = [randomBytes(10).toString('hex'), randomBytes(20).toString('hex')];
  const user = ['user', 'create', '--uid', 'tester', '--display-name', 'tester', '--access-key', accessKey, '--secret-key', secretKey];
  await execute('radosgw-admin', [...configuration, '-n', 'client.rgw', ...user]);
  const gateway = await start('radosgw', ['-n', 'client.rgw'], () => answersHttp(gatewayPort));
  return { cluster: [monitor, disk], gateway, access: { endpoint: `http://127.0.0.1:${gatewayPort}`, accessKey, secretKey } };
}

async function prepareMonitor(directory: string, clusterId: string, port: number, configuration: readonly string[]): Promise<void> {
  const [keyring, map] = [join(directory, 'keyring'), join(directory, 'monmap')];
  for (const [index, key] of CEPH_KEYS.entries()) {
    await execute('ceph-authtool', [...(index === 0 ? ['--create-keyring'] : []), keyring, '--gen-key', ...key]);
  }
  await execute('monmaptool', ['--create', '--clobber', '--fsid', clusterId, '--addv', 'a', `[v2:127.0.0.1:${port}]`, map]);
  await execute('ceph-mon', [...configuration, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring]);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function answersHttp(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function endAll(servers: readonly ServerProcess[], directory: string): Promise<void> {
  await Promise.all(servers.map((server) => server.kill()));
  await rm(directory, { recursive: true, force: true });
}
