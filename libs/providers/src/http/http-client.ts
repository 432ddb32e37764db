import { AbortedError, ParlanceError, type ByteSource } from '@parlance/contracts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { inCallSpan, traceHeaders } from './call-span.js';
import type { ConnectionPools } from './connection-pools.js';
import { exchange } from './exchange.js';
import { networkFailure } from './network-failure.js';
import { UploadForm } from './upload-form.js';

export interface HttpRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Absolute. */
  url: string | URL;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | ByteSource | UploadForm;
}

export interface HttpResponse {
  status: number;
  /** One value of a header, by its lower-case name. */
  header(name: string): string | undefined;
  /** The bytes as they come. Leaving the loop early gives the connection back. */
  body: AsyncIterable<Uint8Array>;
  /** All of it, instead of `body`. @throws ParlanceError, AbortedError */
  bytes(): Promise<Uint8Array>;
}

/** So many bytes wait in a connection of undici before it says that it has enough. */
const CONNECTION_BYTES = 65_536;

/** Milliseconds. Undici counts its time limits in steps of so many, the one under way among them: they end by as much too early. */
const STEP_MILLISECONDS = 499;

/** Milliseconds; 0: none. */
export interface TimeLimits {
  /** From sending the request to the head of the answer. Default 15 000. */
  firstByteMilliseconds?: number;
  /** Between two pieces of the answer. Default 15 000. */
  idleMilliseconds?: number;
}

/** The HTTP of one provider: its name in every error, its time limits, the connections shared with all others. */
export class HttpClient {
  private latest: { address: string; url: URL } | undefined;

  constructor(
    readonly provider: string,
    private readonly pools: ConnectionPools,
    readonly limits: TimeLimits = {},
  ) {}

  /** @throws ParlanceError `timeout` or `server`; AbortedError. A status that means failure is no error here. */
  async send(request: HttpRequest, signal: AbortSignal, limits: TimeLimits = {}): Promise<HttpResponse> {
    const url = this.parse(request.url);
    if (signal.aborted) throw new AbortedError(signal.reason);
    const answer = await inCallSpan(request.method, url, () => this.ask(request, url, signal, { ...this.limits, ...limits }));
    return {
      status: answer.statusCode,
      header: (name) => headerOf(answer.headers, name),
      body: answer.body,
      bytes: async () => answer.body.bytes(),
    };
  }

  /** Most providers ask the same address every time, which takes 19 µs to take apart. */
  private parse(address: string | URL): URL {
    if (typeof address !== 'string') return address;
    if (this.latest?.address !== address) this.latest = { address, url: new URL(address) };
    return this.latest.url;
  }

  private async ask({ method, headers, body }: HttpRequest, url: URL, signal: AbortSignal, limits: TimeLimits) {
    const { firstByteMilliseconds = 15_000, idleMilliseconds = 15_000 } = limits;
    try {
      const options = {
        method,
        path: url.pathname + url.search,
        headersTimeout: notBefore(firstByteMilliseconds),
        bodyTimeout: notBefore(idleMilliseconds),
        headers: { ...headers, ...headersOf(body), ...(this.pools.tellsTraces && traceHeaders()) },
        // Undici takes what is iterable, and says so; its types do not.
        body: (isInPieces(body) ? ownUntilSent(body.pieces()) : (body ?? null)) as Dispatcher.DispatchOptions['body'] & {},
      };
      const answer = await exchange(this.pools.of(url.origin), options, signal, (cause) => this.failure(cause, signal));
      this.pools.count(url.origin, answer.statusCode < 500);
      return answer;
    } catch (error) {
      const failure = this.failure(error, signal);
      // What is ours already comes from a body that cannot be read here: nobody else is to blame.
      if (failure !== error) this.pools.count(url.origin, false);
      throw failure;
    }
  }

  private failure(cause: unknown, signal: AbortSignal): ParlanceError {
    if (signal.aborted) return new AbortedError(signal.reason);
    return cause instanceof ParlanceError ? cause : networkFailure(cause, this.provider);
  }
}

/** For undici: a limit that ends when it is over, or up to two steps later. */
function notBefore(milliseconds: number): number {
  return milliseconds === 0 ? 0 : milliseconds + STEP_MILLISECONDS;
}

/** All of a body as text, at most `limit` bytes of it. */
export async function readText({ body }: HttpResponse, limit = 1_048_576): Promise<string> {
  return Buffer.from(await readBytes({ body }, limit)).toString('utf8');
}

/** All of a body. @throws ParlanceError `server` when it is larger than `limit` bytes */
export async function readBytes({ body }: Pick<HttpResponse, 'body'>, limit = 64 * 1024 * 1024): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > limit) throw new ParlanceError('server', 'The provider answered with more than can be taken.');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/**
 * Pieces of which each is good until the next is asked for, as undici needs them: it asks when the connection has taken the
 * last one, but goes on at once while what waits there is less than this.
 */
async function* ownUntilSent(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) yield piece.byteLength < CONNECTION_BYTES ? new Uint8Array(piece) : piece;
}

function isInPieces(body: HttpRequest['body']): body is ByteSource | UploadForm {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array);
}

/** Undici reckons the length of what is in memory. */
function headersOf(body: HttpRequest['body']): Readonly<Record<string, string>> | undefined {
  if (!isInPieces(body)) return undefined;
  return body instanceof UploadForm ? body.headers : { 'content-length': String(body.sizeBytes) };
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
