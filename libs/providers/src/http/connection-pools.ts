import { buildConnector, Pool } from 'undici';

/**
 * Of one process to one origin, where nothing else is said: more requests than that at a time wait for each other. With 128
 * of them a thousand callers of a vendor that takes 1.8 s had waited 14 s each.
 */
export const CONNECTIONS_PER_ORIGIN = 1024;

export interface ConnectionOptions {
  /** Connections to one origin at the most. Default {@link CONNECTIONS_PER_ORIGIN}. */
  connections?: number;
  /** Milliseconds to set up a connection. Default 5000. */
  connectMilliseconds?: number;
  /** Milliseconds an idle connection is kept. Default 30 000. */
  keepAliveMilliseconds?: number;
  /**
   * HTTP/2 where the other side offers it. Default false: undici 7 takes a stream that the server cancels in its middle
   * for a whole answer, and audio that is cut short must never pass for whole.
   */
  http2?: boolean;
  /** Whether vendors are told which trace a call belongs to (`traceparent`), where there is one. Default false. */
  traceContext?: boolean;
}

/** What has gone to one origin. */
export interface OriginStatistics {
  origin: string;
  requests: number;
  /** No answer, or one with a status of 500 or more. */
  failures: number;
  /** Connections that are open now. */
  connected: number;
  /** Requests under way now. */
  running: number;
}

/** One pool of kept-alive connections for each origin, shared by every provider that talks to it. */
export class ConnectionPools {
  private readonly pools = new Map<string, { pool: Pool; requests: number; failures: number }>();

  constructor(private readonly options: ConnectionOptions = {}) {}

  get tellsTraces(): boolean {
    return this.options.traceContext === true;
  }

  of(origin: string): Pool {
    return this.entry(origin).pool;
  }

  count(origin: string, ok: boolean): void {
    const entry = this.entry(origin);
    entry.requests++;
    if (!ok) entry.failures++;
  }

  /**
   * Makes a connection before somebody waits for it. What the other side answers, or that it does not, is no concern
   * of anybody yet.
   */
  async prewarm(address: string, milliseconds = 2000): Promise<void> {
    try {
      // Not HEAD: the client ends a connection that was used for one.
      const request = { method: 'GET' as const, path: '/', headersTimeout: milliseconds, signal: AbortSignal.timeout(milliseconds) };
      const { body } = await this.of(new URL(address).origin).request(request);
      await body.dump({ limit: 65_536 });
    } catch {
      // The first real request will tell what is wrong, with everything that belongs to it.
    }
  }

  statistics(): OriginStatistics[] {
    return [...this.pools].map(([origin, { pool, requests, failures }]) => ({
      origin,
      requests,
      failures,
      connected: pool.stats.connected,
      running: pool.stats.running,
    }));
  }

  /** Ends all connections; requests under way fail. */
  async close(): Promise<void> {
    const pools = [...this.pools.values()];
    this.pools.clear();
    await Promise.all(pools.map(({ pool }) => pool.destroy()));
  }

  private entry(origin: string) {
    let entry = this.pools.get(origin);
    if (entry === undefined) {
      const {
        connections = CONNECTIONS_PER_ORIGIN,
        connectMilliseconds = 5000,
        keepAliveMilliseconds = 30_000,
        http2 = false,
      } = this.options;
      const pool = new Pool(origin, {
        connections,
        pipelining: 1,
        allowH2: http2,
        connect: connectorThatTellsResets({ timeout: connectMilliseconds, allowH2: http2 }),
        keepAliveTimeout: keepAliveMilliseconds,
      });
      entry = { pool, requests: 0, failures: 0 };
      this.pools.set(origin, entry);
    }
    return entry;
  }
}

/** What a connection that was reset fails with. */
export const CONNECTION_RESET = 'ERR_CONNECTION_RESET';

/**
 * Undici looks for ECONNRESET and takes it for the end of an answer that ends with its connection: what came until then would
 * pass for all of it. By another name it is an error like others. It listens after us.
 */
function connectorThatTellsResets(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options);
  return (target, callback) =>
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      socket.on('error', rename);
      callback(null, socket);
    });
}

function rename(error: NodeJS.ErrnoException): void {
  if (error.code === 'ECONNRESET') error.code = CONNECTION_RESET;
}
