import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

interface Backend {
  url: string;
  ready: boolean;
  /** Connections that are open. */
  open: Set<Socket>;
  /** Connections it was ever given. */
  taken: number;
}

/** Who stops should have that much time and more. */
const PROBE_MILLISECONDS = 1000;
/** A server that is busy is not unready. */
const PROBE_DEADLINE_MILLISECONDS = 5000;

/**
 * What stands before replicas of a service: each new connection goes to the next one whose `/health/ready` says yes, and
 * stays there as long as either side keeps it. It knows nothing of HTTP, so nothing is ever tried again.
 */
export class ReadinessProxy {
  private readonly backends: Backend[] = [];
  private readonly closing = new AbortController();
  private readonly probing: Promise<void>[] = [];
  private turn = 0;

  private constructor(private readonly server: Server) {
    server.on('connection', (client) => this.pass(client));
  }

  static async start(): Promise<ReadinessProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new ReadinessProxy(server);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on it is probed, and given connections whenever it is ready. */
  add(url: string): void {
    const backend: Backend = { url, ready: false, open: new Set(), taken: 0 };
    this.backends.push(backend);
    this.probing.push(this.probe(backend));
  }

  isReady(url: string): boolean {
    return this.backends.some((backend) => backend.url === url && backend.ready);
  }

  /** How many connections a backend has now, and was ever given. */
  connectionsOf(url: string): { open: number; taken: number } {
    const { open, taken } = this.backends.find((backend) => backend.url === url)!;
    return { open: open.size, taken };
  }

  async close(): Promise<void> {
    this.closing.abort();
    this.server.close();
    for (const { open } of this.backends) for (const socket of open) socket.destroy();
    await Promise.all([once(this.server, 'close'), ...this.probing]);
  }

  private async probe(backend: Backend): Promise<void> {
    const { signal } = this.closing;
    while (!signal.aborted) {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(PROBE_DEADLINE_MILLISECONDS)]);
      const answer = await fetch(`${backend.url}/health/ready`, { signal: deadline }).catch(() => undefined);
      backend.ready = answer?.ok === true;
      await answer?.arrayBuffer().catch(() => undefined);
      await sleep(PROBE_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }

  private pass(client: Socket): void {
    const ready = this.backends.filter((backend) => backend.ready);
    const backend = ready[this.turn++ % ready.length];
    if (backend === undefined) return void client.destroy();
    const { hostname, port } = new URL(backend.url);
    const server = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
    backend.taken += 1;
    backend.open.add(client);
    client.once('close', () => backend.open.delete(client));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroySoon());
      one.pipe(other);
    }
  }
}
