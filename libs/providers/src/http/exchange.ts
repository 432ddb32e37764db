import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { AnswerBody } from './answer-body.js';

export interface Answer {
  statusCode: number;
  headers: IncomingHttpHeaders;
  body: AnswerBody;
}

/**
 * Sends a request, and resolves with the head of its answer. As `request()` of undici, without its streams: a short
 * answer takes 47 µs of processor instead of 104 (20 KB, a signal, medians of 9 rounds, Node 20).
 * @param signal ends it, also while its answer is read
 * @param named makes of what breaks off the answer the error that its reader gets
 * @throws what undici fails with
 */
export async function exchange(
  dispatcher: Pick<Dispatcher, 'dispatch'>,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
  named: (cause: unknown) => Error,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    dispatcher.dispatch(options, new Exchange(signal, named, resolve, reject));
  });
}

/** What undici tells of one request, from its beginning to the end of its answer. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private body: AnswerBody | undefined;

  constructor(
    private readonly signal: AbortSignal,
    private readonly named: (cause: unknown) => Error,
    private readonly resolve: (answer: Answer) => void,
    private readonly reject: (cause: unknown) => void,
  ) {
    signal.addEventListener('abort', this.abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // It had to wait for a connection.
    if (this.signal.aborted) this.abort();
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    // Such as 103: the answer comes after it.
    if (statusCode < 200) return;
    this.body = new AnswerBody(controller, this.named, () => this.unlisten(), staysOpen(headers));
    this.resolve({ statusCode, headers, body: this.body });
  }

  onResponseData(_: Dispatcher.DispatchController, part: Uint8Array): void {
    this.body?.push(part);
  }

  onResponseEnd(): void {
    this.body?.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.body !== undefined) return this.body.fail(error);
    this.unlisten();
    this.reject(error);
  }

  private unlisten(): void {
    this.signal.removeEventListener('abort', this.abort);
  }

  private readonly abort = (): void => {
    const { reason } = this.signal as { reason: unknown };
    const error = reason instanceof Error ? reason : new Error('The request was given up.');
    this.controller?.abort(error);
    // All of it may have come already: whoever gives up hears no more of it.
    this.body?.stop(error);
  };
}

/**
 * Whether the connection is to stay open after an answer. Where it may end with it, undici 7 must not be made to wait: it
 * fails in the middle of nowhere, and the process with it, when the other side closes it meanwhile (nodejs/undici#5360).
 * Nothing tells answers of HTTP/1.0 with a length, which end it, from those of HTTP/1.1.
 */
function staysOpen({ connection = '', 'transfer-encoding': coding }: IncomingHttpHeaders): boolean {
  return !/\bclose\b/i.test(connection) && (coding !== undefined || /\bkeep-alive\b/i.test(connection));
}
