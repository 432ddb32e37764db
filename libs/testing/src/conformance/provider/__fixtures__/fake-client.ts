import { AbortedError, ParlanceError, throwIfAborted, type ErrorCode } from '@parlance/contracts';
import { Agent, errors, request, type Dispatcher } from 'undici';
import type { ProviderSettings } from '../provider-bench.js';

export type FakeAnswer = Dispatcher.ResponseData;

interface FakeRequest {
  method: 'GET' | 'POST';
  contentType?: string;
  body?: string | Uint8Array;
}

/** The HTTP of an honest fake provider. A broken one overrides one of its methods. */
export class FakeClient {
  readonly name = 'fake';
  private readonly agent = new Agent({ connections: 64 });

  constructor(
    protected readonly url: string,
    protected readonly settings: ProviderSettings,
  ) {}

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** @throws ParlanceError unless the vendor agreed */
  async probe(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    const { body } = await this.agreed(await this.send('/voices', { method: 'GET' }, signal));
    await body.dump();
  }

  /** @throws ParlanceError unless the vendor agreed */
  protected async post(path: string, contentType: string, body: string | Uint8Array, signal: AbortSignal): Promise<FakeAnswer> {
    return this.agreed(await this.ask(path, contentType, body, signal), body);
  }

  protected async agreed(answer: FakeAnswer, sent: string | Uint8Array = ''): Promise<FakeAnswer> {
    if (answer.statusCode !== 200) throw await this.refusal(answer, sent);
    if (answer.headers['content-type']?.includes('text/html')) {
      await answer.body.dump();
      throw this.page();
    }
    return answer;
  }

  protected ask(path: string, contentType: string, body: string | Uint8Array, signal: AbortSignal): Promise<FakeAnswer> {
    return this.send(path, { method: 'POST', contentType, body }, signal);
  }

  protected async send(path: string, { method, contentType, body }: FakeRequest, signal: AbortSignal): Promise<FakeAnswer> {
    const { firstByteMilliseconds = 15_000, idleMilliseconds = 15_000 } = this.limits();
    try {
      return await request(this.url + path, {
        dispatcher: this.dispatcher(),
        method,
        headers: { authorization: `Bearer ${this.settings.key}`, ...(contentType === undefined ? {} : { 'content-type': contentType }) },
        body: body ?? null,
        headersTimeout: firstByteMilliseconds,
        bodyTimeout: idleMilliseconds,
        signal: this.signal(signal),
      });
    } catch (error) {
      throw this.broken(error, signal);
    }
  }

  protected dispatcher(): Agent {
    return this.agent;
  }

  protected limits(): Partial<ProviderSettings> {
    return this.settings;
  }

  protected signal(signal: AbortSignal): AbortSignal {
    return signal;
  }

  protected async *read(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    try {
      for await (const chunk of body) {
        bytes += chunk.byteLength;
        yield chunk;
      }
    } catch (error) {
      throw this.broken(error, signal);
    }
    if (bytes === 0) throw this.failure('empty');
  }

  protected broken(error: unknown, signal: AbortSignal): Error {
    if (signal.aborted) return new AbortedError(signal.reason);
    const { HeadersTimeoutError, BodyTimeoutError, SocketError } = errors;
    const late = [HeadersTimeoutError, BodyTimeoutError, SocketError].some((kind) => error instanceof kind);
    return this.failure(late ? 'timeout' : 'server');
  }

  protected page(): Error {
    return this.failure('server');
  }

  protected async refusal({ statusCode, headers, body }: FakeAnswer, _sent: string | Uint8Array): Promise<ParlanceError> {
    await body.dump();
    const wait = this.wait(headers['retry-after']);
    return this.failure(this.code(statusCode), undefined, wait);
  }

  protected code(status: number): ErrorCode {
    const codes: Partial<Record<number, ErrorCode>> = { 400: 'invalid', 401: 'auth', 402: 'quota', 429: 'rate' };
    return codes[status] ?? 'server';
  }

  protected wait(header: string | string[] | undefined): number | undefined {
    if (typeof header !== 'string') return undefined;
    return /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  }

  protected failure(code: ErrorCode, message = 'The fake failed. Try again.', retryAfterSeconds?: number): ParlanceError {
    return new ParlanceError(code, message, { provider: this.name, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
  }
}
