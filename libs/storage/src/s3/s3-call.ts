import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ParlanceError } from '@parlance/contracts';
import type { Client, ClientOptions } from 'minio';
import { createClient } from './s3-client.js';
import { RetryableStatus } from './s3-error.js';

/** What every call has in common. */
export interface S3Connection {
  options: Pick<ClientOptions, 'endPoint' | 'port' | 'useSSL' | 'region' | 'accessKey' | 'secretKey' | 'partSize'>;
  agent: Agent;
}

/** Statuses the client would try again by itself. */
const RETRYABLE = new Set([408, 429, 499, 500, 502, 503, 504, 520]);

/**
 * One call of the store, with a client of its own whose requests end with the call: when the caller leaves, or when
 * the time is over. The client alone waits for ever for a server that is silent.
 */
export class S3Call {
  /** Of the last answer. */
  response: IncomingMessage | undefined;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private readonly leave = () => this.controller.abort();
  private request: ClientRequest | undefined;

  constructor(
    private readonly connection: S3Connection,
    private readonly caller: AbortSignal | undefined,
    milliseconds: number,
  ) {
    this.timer = setTimeout(() => this.controller.abort(timedOut()), milliseconds);
    caller?.addEventListener('abort', this.leave, { once: true });
  }

  /** Runs the work; rejects when its time is over or the caller leaves, whatever the client does then. */
  async run<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
    const client = createClient({
      ...this.connection.options,
      transport: { request: this.send } as unknown as NonNullable<ClientOptions['transport']>,
      retryOptions: { disableRetry: true },
    });
    return unlessAborted(client.then(work), this.controller.signal);
  }

  /** Whether a request went over a connection that had been used before: the server may have closed it meanwhile. */
  get reusedConnection(): boolean {
    return this.request?.reusedSocket ?? false;
  }

  /** Gives back the timer and the listener. What is still open then stays open: the body of a `get`. */
  finish(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.leave);
  }

  private readonly send = (options: RequestOptions, answered: (response: IncomingMessage) => void): ClientRequest => {
    const start = this.connection.options.useSSL === true ? httpsRequest : httpRequest;
    const request = start({ ...options, agent: this.connection.agent, signal: this.controller.signal }, (response) => {
      this.response = response;
      if (!RETRYABLE.has(response.statusCode ?? 0)) return answered(response);
      // Its body is not worth reading.
      request.destroy(new RetryableStatus(response.statusCode ?? 0));
    });
    this.request = request;
    return request;
  };
}

/** The work's result; rejects as soon as the signal fires, whatever becomes of the work. */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  // It may fail after it was given up, with nobody listening.
  work.catch(() => undefined);
  signal.throwIfAborted();
  let leave: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason as Error);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (leave !== undefined) signal.removeEventListener('abort', leave);
  }
}

export function timedOut(): ParlanceError {
  return new ParlanceError('timeout', 'The object store did not answer in time. Look whether it runs and can be reached.', {
    reason: 's3_timeout',
  });
}
