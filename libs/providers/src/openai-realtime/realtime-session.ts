import { on } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { AbortedError, ParlanceError } from '@parlance/contracts';
import { WebSocket, type ClientOptions } from 'ws';
import { readBytes, type HttpResponse } from '../http/http-client.js';
import { networkFailure } from '../http/network-failure.js';
import { vendorFailure, type FailureContext } from '../http/vendor-failure.js';
import { readRealtimeError } from './openai-realtime.errors.js';

export interface SessionAddress {
  /** `ws:` or `wss:`. */
  url: URL;
  headers: Readonly<Record<string, string>>;
}

/** Messages that may wait before the other side is asked to pause. */
const highWaterMark = 64;
/** `closeTimeout` (milliseconds for the other side's goodbye) is younger than the types of the library. */
const socketOptions: ClientOptions & { closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: 16 * 1024 * 1024,
  closeTimeout: 1000,
};

/** One WebSocket connection for one utterance. Must be closed. */
export class RealtimeSession {
  private readonly socket: WebSocket;
  private readonly messages: AsyncIterator<unknown[], undefined>;
  /** Fires with the error that everything fails with from then on. */
  private readonly stopped = new AbortController();
  private readonly leave = () => this.stop(new AbortedError(this.signal.reason));

  constructor(
    { url, headers }: SessionAddress,
    private readonly failure: FailureContext,
    private readonly signal: AbortSignal,
  ) {
    this.socket = new WebSocket(url, { headers, ...socketOptions });
    // What goes wrong is told to whoever waits; an `error` event without a listener would end the process.
    this.socket.on('error', () => undefined);
    this.messages = on(this.socket, 'message', { signal: this.stopped.signal, close: ['close'], highWaterMark, lowWaterMark: 16 });
    signal.addEventListener('abort', this.leave, { once: true });
  }

  /** Waits for the handshake. @throws ParlanceError */
  async opened(milliseconds: number): Promise<void> {
    await this.within(milliseconds, async () => {
      const refusal = await new Promise<IncomingMessage | undefined>((resolve, reject) => {
        this.socket.once('open', () => resolve(undefined));
        this.socket.once('unexpected-response', (_request, response) => resolve(response));
        this.socket.once('error', reject);
      });
      if (refusal !== undefined) throw await vendorFailure(responseOf(refusal), readRealtimeError, this.failure);
    });
  }

  send(event: Readonly<Record<string, unknown>>): void {
    this.socket.send(JSON.stringify(event));
  }

  /** The next event. @throws ParlanceError; also when the other side closes the connection */
  async next(milliseconds: number): Promise<unknown> {
    const { value: message } = await this.within(milliseconds, () => this.messages.next());
    if (message === undefined) throw this.broken();
    try {
      return JSON.parse(String(message[0])) as unknown;
    } catch (cause) {
      const { provider } = this.failure;
      throw new ParlanceError('server', `${provider} sent something that is not its usual JSON. Check its address.`, { provider, cause });
    }
  }

  /** @param politely says goodbye first; else the connection is dropped */
  async close(politely = false): Promise<void> {
    this.signal.removeEventListener('abort', this.leave);
    if (politely) this.socket.close();
    else this.socket.terminate();
    await this.messages.return?.();
  }

  private async within<T>(milliseconds: number, wait: () => Promise<T>): Promise<T> {
    const { provider } = this.failure;
    const late = () => this.stop(new ParlanceError('timeout', `${provider} did not answer in time. Try again.`, { provider }));
    const timer = milliseconds === 0 ? undefined : setTimeout(late, milliseconds);
    try {
      this.stopped.signal.throwIfAborted();
      return await wait();
    } catch (error) {
      if (this.stopped.signal.aborted) throw this.stopped.signal.reason;
      throw error instanceof ParlanceError ? error : networkFailure(error, provider);
    } finally {
      clearTimeout(timer);
    }
  }

  private stop(error: ParlanceError): void {
    this.stopped.abort(error);
    this.socket.terminate();
  }

  private broken(): ParlanceError {
    const { provider } = this.failure;
    return new ParlanceError('server', `The connection to ${provider} broke. Try again.`, { provider });
  }
}

function responseOf(message: IncomingMessage): HttpResponse {
  return {
    status: message.statusCode ?? 0,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: message,
    bytes: () => readBytes({ body: message }),
  };
}
