import type { Speech } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { ApiKeyGuard } from '../access/api-key.guard.js';
import type { Access } from '../access/access.js';
import { bodyTextOf } from '../http/body-text.js';
import { RateLimitGuard } from '../http/rate-limit.guard.js';
import { originOf } from '../http/request-origin.js';
import { routeOf } from '../http/route-of.js';
import { sendSpeech } from '../http/send-speech.js';

export const SPEECH_ROUTE = '/v1/audio/speech';

/** How many different requests are known; each keeps its body, of a few hundred bytes. */
const MOST_REQUESTS = 1000;

interface Repetition {
  /** Whose request it was. */
  tenant: string | undefined;
  again: NonNullable<Speech['again']>;
}

/**
 * Answers a request that came before, byte for byte, and was answered from the cache: it need not be read, checked and planned
 * again, but is admitted, counted and traced as any other. That takes half the processor of the whole way.
 */
@Injectable()
export class RepeatedSpeech {
  private readonly known = new LRUCache<string, Repetition>({ max: MOST_REQUESTS });

  constructor(
    private readonly keys: ApiKeyGuard,
    private readonly limits: RateLimitGuard,
  ) {}

  /** Notes a request that may be repeated. */
  note(request: FastifyRequest, { tenant }: Access, { again }: Speech): void {
    const text = bodyTextOf(request);
    if (text !== undefined && again !== undefined) this.known.set(text, { tenant, again });
  }

  /**
   * @returns whether it has been answered, at once where nothing has to be waited for; otherwise it is to go the whole way
   * @throws ParlanceError as the guards do
   */
  answer(request: FastifyRequest, reply: FastifyReply): boolean | Promise<boolean> {
    const text = bodyTextOf(request);
    const repetition = text === undefined ? undefined : this.known.get(text);
    // What is kept for a key of idempotency is looked for by the route.
    if (text === undefined || repetition === undefined || request.headers['idempotency-key'] !== undefined) return false;
    const { tenant } = this.keys.admit(request, reply, ['speech']);
    if (tenant !== repetition.tenant) return false;
    const counted = this.limits.admit(request, reply);
    const send = () => this.send(text, repetition, reply);
    return counted === undefined ? send() : counted.then(send);
  }

  private send(text: string, { again }: Repetition, reply: FastifyReply): boolean | Promise<boolean> {
    const speech = again(originOf(reply.request));
    return speech instanceof Promise ? speech.then((later) => this.sendFound(text, later, reply)) : this.sendFound(text, speech, reply);
  }

  private sendFound(text: string, speech: Speech | undefined, reply: FastifyReply): boolean | Promise<boolean> {
    if (speech === undefined) {
      this.known.delete(text);
      return false;
    }
    return sendSpeech(reply, speech)?.then(() => true) ?? true;
  }
}

/** Asks for repeated requests before the route does; of other routes nothing is known. */
export function addRepeatedSpeech(server: FastifyInstance, repeated: RepeatedSpeech): void {
  server.addHook('preHandler', (request, reply, goOn) => {
    if (routeOf(request) !== SPEECH_ROUTE) return goOn();
    const end = (isAnswered: boolean): void => {
      if (!isAnswered) goOn();
    };
    try {
      const answered = repeated.answer(request, reply);
      if (answered instanceof Promise) answered.then(end, goOn);
      else end(answered);
    } catch (error) {
      goOn(error as Error);
    }
  });
}
