import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MalformedRequestError, type CapturedRequest } from './captured-request.js';
import type { Fault, StandInReply } from './fault.js';
import { answer } from './send-reply.js';

export interface StandInOptions {
  /** Requests that never get a fault and are no calls: fetching a token, asking whether a job is done. */
  spares?: (request: CapturedRequest) => boolean;
  /** Questions that cost nothing: no calls either, with faults of their own. */
  probes?: (request: CapturedRequest) => boolean;
}

/** A vendor's HTTP server on this machine: its own strict behaviour, and faults where a test wants them. */
export class StandIn {
  /** Every complete request since the last reset, in order. */
  readonly requests: CapturedRequest[] = [];
  private server: Server | undefined;
  private readonly faults: Fault[] = [];
  private readonly probeFaults: Fault[] = [];
  private readonly responses = new Set<ServerResponse>();
  private opened = 0;

  constructor(
    private readonly route: (request: CapturedRequest) => StandInReply | Promise<StandInReply>,
    private readonly options: StandInOptions = {},
  ) {}

  /** On 127.0.0.1, on a free port. */
  async start(): Promise<void> {
    const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, response) => void this.serve(incoming, response));
    server.on('connection', () => this.opened++);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    this.server = server;
  }

  /** Ends every connection, whatever is under way. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  /** Ends connections that wait for a next request. */
  closeIdle(): void {
    this.server?.closeIdleConnections();
  }

  /** Without a slash at the end. */
  get url(): string {
    if (this.server === undefined) throw new Error('The stand-in has not been started.');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests that are calls: all but the spared ones and the probes. */
  get calls(): readonly CapturedRequest[] {
    return this.requests.filter((request) => this.kindOf(request) === 'call');
  }

  /** Sockets with a request under way. */
  get openSockets(): number {
    return this.responses.size;
  }

  /** Connections made to it since the last reset. */
  get connectionsOpened(): number {
    return this.opened;
  }

  /** One fault for each of the next calls, in this order. */
  fail(...faults: Fault[]): void {
    this.faults.push(...faults);
  }

  /** One fault for each of the next probes, in this order. */
  failProbes(...faults: Fault[]): void {
    this.probeFaults.push(...faults);
  }

  /** Forgets requests and faults, and ends what is still under way. */
  reset(): void {
    for (const response of this.responses) response.destroy();
    this.requests.length = 0;
    this.faults.length = 0;
    this.probeFaults.length = 0;
    this.opened = 0;
  }

  protected async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    this.responses.add(response);
    const request = capture(incoming);
    // Writing to a client who has left is no failure of the stand-in.
    response.on('error', () => undefined);
    response.once('close', () => {
      this.responses.delete(response);
      request.aborted ||= !response.writableFinished;
    });
    try {
      const body: Buffer[] = [];
      for await (const piece of incoming) body.push(piece as Buffer);
      request.body = Buffer.concat(body);
    } catch {
      // It left in the middle of its request: there is nothing to record, and nobody to answer.
      return;
    }
    this.requests.push(request);
    await answer(response, this.nextFault(request), () => this.reply(request));
  }

  private nextFault(request: CapturedRequest): Fault | undefined {
    const kind = this.kindOf(request);
    if (kind === 'probe') return this.probeFaults.shift();
    return kind === 'call' ? this.faults.shift() : undefined;
  }

  private kindOf(request: CapturedRequest): 'call' | 'probe' | 'spared' {
    if (this.options.probes?.(request) === true) return 'probe';
    return this.options.spares?.(request) === true ? 'spared' : 'call';
  }

  private async reply(request: CapturedRequest): Promise<StandInReply> {
    try {
      return await this.route(request);
    } catch (error) {
      const status = error instanceof MalformedRequestError ? 400 : 500;
      return { status, headers: { 'content-type': 'text/plain' }, body: error instanceof Error ? error.message : 'The stand-in failed.' };
    }
  }
}

function capture({ method = '', url = '/', headers }: IncomingMessage): CapturedRequest {
  const { pathname, searchParams } = new URL(url, 'http://stand-in.invalid');
  return { method, path: pathname, query: searchParams, headers, body: Buffer.alloc(0), aborted: false };
}
