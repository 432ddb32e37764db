import { eventually } from '../conformance/check.js';
import type { Certificate } from './certificate.js';
import { freePort } from './free-port.js';
import { RedisGroup, stopAll } from './redis-group.js';
import { redisScheme, RedisServer, settings } from './redis-server.js';

const MASTERS = 3;
const SLOTS = 16_384;

/** Three masters without replicas, which share the slots; when one is lost the others go on serving theirs. */
export class RedisCluster extends RedisGroup {
  private constructor(
    readonly nodes: readonly RedisServer[],
    scheme: string,
  ) {
    super(`${scheme}-cluster://${nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`, nodes);
  }

  /** @param certificate with which the nodes speak TLS, also to one another */
  static async start(certificate?: Certificate): Promise<RedisCluster> {
    const nodes: RedisServer[] = [];
    try {
      for (let index = 0; index < MASTERS; index += 1) nodes.push(await RedisServer.start(clusterSettings, certificate));
      await join(nodes);
      return new RedisCluster(nodes, redisScheme(certificate));
    } catch (error) {
      await stopAll(nodes);
      throw error;
    }
  }

  override async restart(): Promise<void> {
    await super.restart();
    await agree(this.nodes);
  }
}

async function clusterSettings(): Promise<string[]> {
  return settings({
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-node-timeout': 1000,
    // By default 10 000 more than the port, which may be somebody's.
    'cluster-port': await freePort(),
    'cluster-require-full-coverage': 'no',
  });
}

async function join(nodes: readonly RedisServer[]): Promise<void> {
  const [first, ...others] = nodes;
  for (const [index, node] of nodes.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / nodes.length));
    await node.command('CLUSTER', 'ADDSLOTSRANGE', from ?? 0, (to ?? SLOTS) - 1);
    // Nodes that both begin at epoch 0 settle it among themselves, which takes a while.
    await node.command('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
  }
  for (const { port } of others) {
    const bus = await busPortOf(others.find((node) => node.port === port));
    await first?.command('CLUSTER', 'MEET', '127.0.0.1', port, bus);
  }
  await agree(nodes);
}

async function busPortOf(node: RedisServer | undefined): Promise<number> {
  const reply = (await node?.command('CONFIG', 'GET', 'cluster-port')) as readonly string[];
  return Number(reply[1]);
}

/** Waits until every node knows of all others and that all slots are served. */
async function agree(nodes: readonly RedisServer[]): Promise<void> {
  const agrees = async (node: RedisServer) => {
    const info = String(await node.command('CLUSTER', 'INFO'));
    return ['cluster_state:ok', `cluster_known_nodes:${nodes.length}`, `cluster_size:${nodes.length}`, `cluster_slots_ok:${SLOTS}`].every(
      (line) => info.includes(line),
    );
  };
  const all = async () => (await Promise.all(nodes.map(agrees))).every(Boolean);
  await eventually(all, 'The nodes did not become one cluster.', 30_000);
}
