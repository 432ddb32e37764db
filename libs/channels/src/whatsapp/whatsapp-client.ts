import { ParlanceError, throwIfAborted, TimeLimit, TooLargeError } from '@parlance/contracts';
import { Agent, FormData } from 'undici';
import type { WhatsAppSettings } from '../settings/channel-settings.js';
import { BackOff, type BackOffOptions } from './back-off.js';
import { graphError, GraphError, isKnownFailure } from './graph-error.js';
import { listField, numberField, textField } from './json-fields.js';
import { readLimited, tooLarge } from './limited-body.js';
import { mayCarryToken } from './media-address.js';
import { deliveryUnknown, networkError } from './network-error.js';

export type WhatsAppAccount = Pick<WhatsAppSettings, 'phone_number_id' | 'token' | 'api_version' | 'base_url'>;

/** Milliseconds, all of them. */
export interface WhatsAppClientOptions {
  /** To set up a connection. Default 5000. */
  connectMilliseconds?: number;
  /** From the request to the head of the answer. Default 20 000. */
  firstByteMilliseconds?: number;
  /** Between two pieces of the answer. Default 10 000. */
  idleMilliseconds?: number;
  /** For one call or download as a whole. Default 60 000. */
  totalMilliseconds?: number;
  backOff?: BackOffOptions;
}

export interface MediaInfo {
  /** For the next five minutes. */
  url: string;
  /** As the platform gives it. */
  sha256?: string;
  sizeBytes?: number;
  mediaType?: string;
}

interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  /** Below the version. */
  path: string;
  body?: object;
  /** Whether nothing is done twice when the call is made twice. */
  repeatable: boolean;
}

const DEFAULT_BASE_URL = 'https://graph.facebook.com';
const ANSWER_BYTES = 262_144;
const MEDIA_ID = /^[\w-]{1,256}$/;
const once = { patienceSeconds: 0 };

/** The Cloud API of WhatsApp, for one telephone number. All calls throw ParlanceErrors, which hold nothing of what was sent. */
export class WhatsAppClient {
  private readonly agent: Agent;
  private readonly baseUrl: string;
  private readonly backOff: BackOff;
  private readonly totalMilliseconds: number;

  constructor(
    private readonly account: WhatsAppAccount,
    options: WhatsAppClientOptions = {},
  ) {
    const { connectMilliseconds = 5000, firstByteMilliseconds = 20_000, idleMilliseconds = 10_000 } = options;
    this.totalMilliseconds = options.totalMilliseconds ?? 60_000;
    this.baseUrl = (account.base_url ?? DEFAULT_BASE_URL).replace(/\/+$/, '');
    this.backOff = new BackOff(options.backOff);
    this.agent = new Agent({
      connect: { timeout: connectMilliseconds },
      headersTimeout: firstByteMilliseconds,
      bodyTimeout: idleMilliseconds,
    });
  }

  /**
   * Sends one message, never twice: `timeout` with reason `delivery_unknown` when it was written and not answered.
   * @param message without `messaging_product`
   * @returns the platform's name of it
   */
  async send(message: object, signal: AbortSignal): Promise<string> {
    const call = this.messageCall(message, false);
    const answer = await this.backOff.run(() => this.call(call, signal), signal);
    const id = textField(listField(answer, 'messages')[0], 'id');
    if (id === undefined) throw deliveryUnknown();
    return id;
  }

  /** Marks a message as read and shows "typing" for at most 25 seconds. One attempt. */
  async showTyping(messageId: string, signal: AbortSignal): Promise<void> {
    const body = { status: 'read', message_id: messageId, typing_indicator: { type: 'text' } };
    await new BackOff(once).run(() => this.call(this.messageCall(body, true), signal), signal);
  }

  /** @returns the media id, good for 30 days */
  async upload(bytes: Uint8Array, signal: AbortSignal): Promise<string> {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('type', 'audio/ogg');
    form.set('file', new Blob([Uint8Array.from(bytes)], { type: 'audio/ogg' }), 'voice.ogg');
    const call: Call = { method: 'POST', path: `${this.account.phone_number_id}/media`, body: form, repeatable: true };
    const id = textField(await this.backOff.run(() => this.call(call, signal), signal), 'id');
    if (id === undefined) throw incomprehensible();
    return id;
  }

  /** @throws ParlanceError `not_found` when the recording is gone */
  async mediaInfo(mediaId: string, signal: AbortSignal): Promise<MediaInfo> {
    if (!MEDIA_ID.test(mediaId)) throw mediaGone();
    const path = `${mediaId}?phone_number_id=${encodeURIComponent(this.account.phone_number_id)}`;
    const answer = await this.backOff
      .run(() => this.call({ method: 'GET', path, repeatable: true }, signal), signal)
      .catch((error: unknown) => {
        throw error instanceof GraphError && (error.code === 'invalid' || error.code === 'not_found') ? mediaGone() : error;
      });
    const [url, sha256, mediaType] = ['url', 'sha256', 'mime_type'].map((name) => textField(answer, name));
    const sizeBytes = numberField(answer, 'file_size');
    if (url === undefined) throw incomprehensible();
    return {
      url,
      ...(sha256 !== undefined && { sha256 }),
      ...(sizeBytes !== undefined && { sizeBytes }),
      ...(mediaType !== undefined && { mediaType }),
    };
  }

  /** The telephone number as people write it, where the platform tells it. Two attempts at the most. @throws ParlanceError */
  async phoneNumber(signal: AbortSignal): Promise<string | undefined> {
    const path = `${encodeURIComponent(this.account.phone_number_id)}?fields=display_phone_number`;
    const call: Call = { method: 'GET', path, repeatable: true };
    return textField(await new BackOff({ patienceSeconds: 1 }).run(() => this.call(call, signal), signal), 'display_phone_number');
  }

  /** Whether recordings may be fetched from there: the token goes along. */
  trusts(url: string): boolean {
    return mayCarryToken(url, this.baseUrl);
  }

  /**
   * The bytes at the address of a recording.
   * @throws ParlanceError `too_large`, `not_found` (the address is no longer good), `server` (the address is not the platform's)
   */
  async download(url: string, maximumBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    if (!this.trusts(url)) {
      throw new ParlanceError('server', 'The recording lies on a server that is not of WhatsApp. It is not fetched.', {
        reason: 'media_address',
      });
    }
    return this.backOff.run(() => this.fetch(url, maximumBytes, signal), signal);
  }

  /** Ends all connections; calls under way fail. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private messageCall(body: object, repeatable: boolean): Call {
    const path = `${this.account.phone_number_id}/messages`;
    return { method: 'POST', path, body: { messaging_product: 'whatsapp', ...body }, repeatable };
  }

  private async call({ method, path, body, repeatable }: Call, signal: AbortSignal): Promise<unknown> {
    const form = body instanceof FormData;
    const url = `${this.baseUrl}/${this.account.api_version}/${path}`;
    const sent = form || body === undefined ? (body ?? null) : JSON.stringify(body);
    const headers = body === undefined || form ? {} : { 'content-type': 'application/json' };
    return this.within(signal, repeatable, async (limit) => {
      const answer = await this.agent.request({
        ...this.target(url),
        method,
        body: sent,
        headers: { ...this.headers(), ...headers },
        signal: limit,
      });
      const json = await readJson(answer.body);
      if (answer.statusCode === 200 && json !== undefined) return json;
      const isRefused = answer.statusCode >= 400 && answer.statusCode < 500;
      if (!repeatable && !isRefused && !isKnownFailure(json)) throw deliveryUnknown();
      throw graphError(answer.statusCode, json);
    });
  }

  private async fetch(url: string, maximumBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return this.within(signal, true, async (limit) => {
      const answer = await this.agent.request({ ...this.target(url), method: 'GET', headers: this.headers(), signal: limit });
      answer.body.on('error', () => undefined);
      if (answer.statusCode !== 200) throw graphError(answer.statusCode, await readJson(answer.body));
      if (Number(answer.headers['content-length'] ?? 0) > maximumBytes) {
        answer.body.destroy();
        throw tooLarge(maximumBytes);
      }
      return readLimited(answer.body, maximumBytes);
    });
  }

  /** Gives the work a signal that also fires when it takes too long, and its failures their kind. */
  private async within<Result>(signal: AbortSignal, repeatable: boolean, work: (limit: AbortSignal) => Promise<Result>): Promise<Result> {
    throwIfAborted(signal);
    const limit = new TimeLimit(signal, this.totalMilliseconds);
    try {
      return await work(limit.signal);
    } catch (error) {
      throw networkError(error, { signal, isLate: limit.isOver, repeatable });
    } finally {
      limit.unlink();
    }
  }

  private target(url: string): { origin: string; path: string } {
    const { origin, pathname, search } = new URL(url);
    return { origin, path: pathname + search };
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.account.token}`, 'user-agent': 'Parlance' };
  }
}

/** `undefined` for what is no JSON, or far too much of it. */
async function readJson(body: AsyncIterable<Uint8Array>): Promise<unknown> {
  try {
    return JSON.parse(Buffer.from(await readLimited(body, ANSWER_BYTES)).toString('utf8')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TooLargeError) return undefined;
    throw error;
  }
}

function incomprehensible(): ParlanceError {
  return new ParlanceError('server', 'WhatsApp answered something that cannot be read. Look at api_version of the agent.', {
    reason: 'unreadable_answer',
  });
}

function mediaGone(): ParlanceError {
  return new ParlanceError('not_found', 'The recording is no longer on the servers of WhatsApp. Ask for it to be sent again.', {
    reason: 'media_gone',
  });
}
