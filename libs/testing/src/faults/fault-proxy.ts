import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultConnection, type FaultTarget } from './fault-connection.js';
import type { FaultMode } from './fault-mode.js';

/**
 * A TCP proxy on this machine in front of any server, which can be told at any time to fail as networks do. A mode
 * holds from the moment its method is called, for the connections that are there and for new ones; the promise
 * resolves when new connections find it, too, which only takes a moment after `refuse`.
 */
export class FaultProxy {
  private mode: FaultMode = { kind: 'pass' };
  private server: Server | undefined;
  private opening: Promise<void> | undefined;
  private readonly there = new Set<FaultConnection>();
  private opened = 0;
  private closing = false;
  /** The same as long as it lives. */
  port = 0;

  private constructor(private readonly target: FaultTarget) {}

  /**
   * On 127.0.0.1, on a free port; passes everything.
   * @param target a port of 127.0.0.1, or an address with a port (80 where it names none)
   */
  static async start(target: { port: number } | string): Promise<FaultProxy> {
    const proxy = new FaultProxy(typeof target === 'string' ? targetOf(new URL(target)) : { host: '127.0.0.1', port: target.port });
    await proxy.follow();
    return proxy;
  }

  /** Without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections made to it since the start, or since `forget`. */
  get connections(): number {
    return this.opened;
  }

  /** Connections that are there now. */
  get open(): number {
    return this.there.size;
  }

  /** Begins counting `connections` anew. */
  forget(): void {
    this.opened = 0;
  }

  /** Everything goes through, also what was held back. */
  pass(): Promise<void> {
    return this.set({ kind: 'pass' });
  }

  /** Nobody listens: who connects is refused. Connections that are there are reset. */
  refuse(): Promise<void> {
    return this.set({ kind: 'refuse' });
  }

  /**
   * Connections that are there stall in both directions, and go on as if nothing had been when another mode is set. New
   * ones are accepted and read from, and hear nothing; since the target never hears of them, another mode resets them.
   */
  blackHole(): Promise<void> {
    return this.set({ kind: 'black-hole' });
  }

  /** Connections are reset: those that are there at once, new ones when they are made. */
  reset(): Promise<void> {
    return this.set({ kind: 'reset' });
  }

  /** Answers come so much later, one byte like the other. */
  delay(milliseconds: number): Promise<void> {
    return this.set({ kind: 'delay', milliseconds });
  }

  /** Answers come at that rate, on each connection. */
  throttle(bytesPerSecond: number): Promise<void> {
    return this.set({ kind: 'throttle', bytesPerSecond });
  }

  /**
   * On each connection so many more answer bytes go through, then it is reset; at 0, when the first would come.
   * @param options `once`: of one connection, whichever is first; then everything passes
   */
  cutAfter(bytes: number, { once: isOnce = false }: { once?: boolean } = {}): Promise<void> {
    return this.set({ kind: 'cut', bytes, once: isOnce });
  }

  /** Every bit of the answers is turned over. */
  garble(): Promise<void> {
    return this.set({ kind: 'garble' });
  }

  /** Ends every connection, and leaves nothing. */
  async close(): Promise<void> {
    this.closing = true;
    await this.opening?.catch(() => undefined);
    const { server } = this;
    const ended = server === undefined ? undefined : once(server, 'close');
    this.stopListening();
    for (const connection of this.there) connection.reset();
    await Promise.all([ended, ...Array.from(this.there, ({ closed }) => closed)]);
  }

  private async set(mode: FaultMode): Promise<void> {
    this.mode = mode;
    for (const connection of this.there) connection.setMode(mode);
    await this.follow();
  }

  /** Listens, or does not, as the mode wants it. */
  private async follow(): Promise<void> {
    if (this.mode.kind !== 'refuse' && !this.closing && this.server === undefined) {
      this.opening ??= this.listen().finally(() => (this.opening = undefined));
      await this.opening;
    }
    if (this.mode.kind === 'refuse' || this.closing) this.stopListening();
  }

  private async listen(): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => this.accept(client));
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  private stopListening(): void {
    this.server?.close();
    this.server = undefined;
  }

  private accept(client: Socket): void {
    this.opened++;
    const connection = new FaultConnection(client, this.target, this.closing ? { kind: 'reset' } : this.mode, (mode) => {
      if (mode.kind === 'cut' && mode.once && mode === this.mode) void this.pass();
    });
    this.there.add(connection);
    void connection.closed.then(() => this.there.delete(connection));
  }
}

function targetOf({ hostname, port }: URL): FaultTarget {
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port) };
}
