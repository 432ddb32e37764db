import { RedisConnections } from '@parlance/cache';
import { InvalidRequestError, ParlanceError } from '@parlance/contracts';
import { Injectable, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import { originOf } from '../http/request-origin.js';
import { whatFailed } from '../logging/what-failed.js';
import { fingerprintOf, recordName, type RequestContent } from './fingerprint.js';
import type { IdempotencyRecord, IdempotencyStore, KeptAnswer } from './idempotency-store.js';
import { withLinkOfNow, withoutLink, type LinkRenewal } from './kept-link.js';
import { MemoryIdempotencyStore } from './memory-idempotency-store.js';
import { RedisIdempotencyStore } from './redis-idempotency-store.js';

/** How long a key stands for its request. */
const KEPT_MILLISECONDS = 86_400_000;
/** A request whose process has died blocks its key no longer than this; long enough for an event loop that is busy. */
const LEASE_MILLISECONDS = 15_000;
/** For a request whose client has left: it may be done all the same, as a job that was taken is. */
const LEFT_MILLISECONDS = 5000;
/** Larger answers are made again, from the cache. */
const ANSWER_CHARACTERS = 65_536;

/** Tells the client what became of its key: `stored`, `replayed`, or `unavailable`. */
const HEADER = 'x-parlance-idempotency';

/** Beyond what every request with a key is. */
export interface AnswerKind {
  /** The answer is audio in the making: an equal request that runs is shared then. */
  streamed?: boolean;
  /** The answer may have a link to stored speech. */
  link?: LinkRenewal;
}

interface Claim {
  name: string;
  fingerprint: string;
  /** Its answer may have a link, which is not kept. */
  linked: boolean;
  renewal: NodeJS.Timeout;
  /** It is decided what becomes of the record. */
  settled: boolean;
}

/**
 * Answers a request that comes again with the same `Idempotency-Key` as before, so that a client which does not know
 * whether it was heard may ask again. Audio is not kept here: it comes from the cache, or from the work under way.
 */
@Injectable()
export class Idempotency {
  private readonly store: IdempotencyStore;
  private readonly claims = new WeakMap<ServerResponse, Claim>();
  private readonly logger = new Logger('Idempotency');

  constructor({ commands }: RedisConnections) {
    this.store = commands === undefined ? new MemoryIdempotencyStore() : new RedisIdempotencyStore(commands);
  }

  /**
   * @returns whether the answer has been sent; otherwise the request is to be served, and its answer is noted
   * @throws InvalidRequestError (no such key), ParlanceError `idempotency_mismatch`, `idempotency_in_progress`
   */
  async answered(reply: FastifyReply, content: RequestContent, kind: AnswerKind = {}): Promise<boolean> {
    const key = keyOf(reply);
    if (key === undefined) return false;
    const name = recordName(reply.request, key);
    const fingerprint = await fingerprintOf(reply.request, content);
    let known: IdempotencyRecord | undefined;
    try {
      known = await this.store.claim(name, { fingerprint, state: 'running' }, LEASE_MILLISECONDS);
    } catch (error) {
      this.logger.debug({ ...originOf(reply.request), message: `Keys cannot be looked up: ${whatFailed(error)}` });
      reply.header(HEADER, 'unavailable');
      return false;
    }
    if (known === undefined) {
      this.hold(reply, name, fingerprint, kind);
      return false;
    }
    return this.answerAgain(reply, known, fingerprint, kind);
  }

  /** Notes what a request with a key is answered, before the client can know it; `undefined` where there is nothing to note. */
  note(reply: FastifyReply, payload: unknown): Promise<void> | undefined {
    const claim = this.claims.get(reply.raw);
    return claim === undefined || claim.settled ? undefined : this.noteAnswer(reply, payload, claim);
  }

  /** What the request is answered is not the last word on it: it may be made again with its key. */
  async release(reply: FastifyReply): Promise<void> {
    const claim = this.claims.get(reply.raw);
    if (claim === undefined) return;
    reply.removeHeader(HEADER);
    await this.settle(reply.raw, claim, undefined);
  }

  private async noteAnswer(reply: FastifyReply, payload: unknown, claim: Claim): Promise<void> {
    if (reply.statusCode >= 400) return this.release(reply);
    const answer = answerOf(reply, payload, claim.linked);
    // Audio is whole when it was sent.
    if (answer === undefined) return;
    const isNoted = await this.settle(reply.raw, claim, { fingerprint: claim.fingerprint, state: 'done', answer });
    if (!isNoted) reply.header(HEADER, 'unavailable');
  }

  private hold(reply: FastifyReply, name: string, fingerprint: string, { streamed = false, link }: AnswerKind): void {
    const { raw } = reply;
    const renewal = setInterval(() => void this.store.extend(name, LEASE_MILLISECONDS).catch(() => undefined), LEASE_MILLISECONDS / 3);
    const claim: Claim = { name, fingerprint, linked: link !== undefined, renewal, settled: false };
    this.claims.set(raw, claim);
    reply.header(HEADER, 'stored');
    const closed = () => {
      clearInterval(renewal);
      if (raw.writableFinished) void this.settle(raw, claim, { fingerprint, state: 'done' });
      else if (streamed) void this.settle(raw, claim, undefined);
      else if (!claim.settled) void this.store.extend(name, LEFT_MILLISECONDS).catch(() => undefined);
    };
    if (raw.destroyed) closed();
    else raw.once('close', closed);
  }

  private async answerAgain(
    reply: FastifyReply,
    known: IdempotencyRecord,
    fingerprint: string,
    { streamed = false, link }: AnswerKind,
  ): Promise<boolean> {
    if (known.fingerprint !== fingerprint) {
      const message = 'This Idempotency-Key was used for another request. Send a new key with a new request.';
      throw new ParlanceError('invalid', message, { reason: 'idempotency_mismatch' });
    }
    if (known.state === 'running' && !streamed) {
      const message = 'A request with this Idempotency-Key is being served. Send it again in a moment to have its answer.';
      throw new ParlanceError('invalid', message, { reason: 'idempotency_in_progress', retryAfterSeconds: 1 });
    }
    if (known.answer === undefined) return false;
    const { status, contentType, body: kept } = known.answer;
    const body = link === undefined ? kept : await withLinkOfNow(kept, link);
    if (body === undefined) return false;
    await reply.status(status).header(HEADER, 'replayed').header('content-type', contentType).send(body);
    return true;
  }

  /**
   * @param record `undefined`: the request has failed, and may be made again
   * @returns whether the store knows of it
   */
  private async settle(raw: ServerResponse, claim: Claim, record: IdempotencyRecord | undefined): Promise<boolean> {
    if (claim.settled) return true;
    claim.settled = true;
    clearInterval(claim.renewal);
    this.claims.delete(raw);
    try {
      await (record === undefined ? this.store.remove(claim.name) : this.store.put(claim.name, record, KEPT_MILLISECONDS));
      return true;
    } catch (error) {
      this.logger.debug(`A key could not be noted: ${whatFailed(error)}`);
      return false;
    }
  }
}

/** @throws InvalidRequestError */
function keyOf({ request: { headers } }: FastifyReply): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new InvalidRequestError('The Idempotency-Key must be 1-255 visible characters, such as a UUID.', 'Idempotency-Key', {
    reason: 'invalid_idempotency_key',
  });
}

/** `undefined`: audio, events, or too much to keep. */
function answerOf(reply: FastifyReply, payload: unknown, linked: boolean): KeptAnswer | undefined {
  if (typeof payload !== 'string' || payload.length > ANSWER_CHARACTERS) return undefined;
  const body = linked ? withoutLink(payload) : payload;
  return { status: reply.statusCode, contentType: String(reply.getHeader('content-type') ?? 'application/json'), body };
}
