import { ParlanceError } from '@parlance/contracts';
import { Agent, request } from 'undici';
import { guardedLookup, resolveBySystem } from '@parlance/storage';
import { checkWebhookUrl } from './webhook-url.js';

/** For one attempt, from the look-up of the name to the answer. */
const TOTAL_MILLISECONDS = 15_000;
/** Of an answer, which nobody reads. */
const ANSWER_BYTES = 65_536;

/** Sends webhooks: to the internet only, in time, and to no other address than the one it was given. */
export class WebhookClient {
  private readonly agent: Agent;

  /** @param allowPrivate also plain HTTP and private addresses */
  constructor(private readonly allowPrivate: boolean) {
    this.agent = new Agent({
      connect: { timeout: TOTAL_MILLISECONDS, lookup: guardedLookup(resolveBySystem, allowPrivate) },
      // A receiver hears little and seldom: a kept connection would mostly be found closed.
      pipelining: 0,
    });
  }

  /**
   * @returns the status of the answer; a redirect is an answer like any other
   * @throws ParlanceError `invalid` (the address may not be used), `timeout`, `server` (no connection, no answer)
   */
  async post(address: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<number> {
    const url = checkWebhookUrl(address, this.allowPrivate);
    const limit = AbortSignal.timeout(TOTAL_MILLISECONDS);
    try {
      const answer = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'Parlance', ...headers },
        body,
        dispatcher: this.agent,
        signal: AbortSignal.any([signal, limit]),
      });
      await answer.body.dump({ limit: ANSWER_BYTES, signal: limit }).catch(() => undefined);
      return answer.statusCode;
    } catch (error) {
      if (error instanceof ParlanceError) throw error;
      if (limit.aborted) throw new ParlanceError('timeout', `The receiver of the webhook gave no answer in ${TOTAL_MILLISECONDS} ms.`);
      if (signal.aborted) throw new ParlanceError('server', 'The receiver of the webhook had given no answer when this process stopped.');
      throw new ParlanceError('server', `The receiver of the webhook could not be reached (${codeOf(error)}).`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** The system's code, such as `ECONNREFUSED`. */
function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'no answer';
}
