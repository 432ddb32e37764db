import { createHmac, randomUUID } from 'node:crypto';

export interface DeliverOptions {
  /** How often the same call is made, as after an answer that got lost. Default 1. */
  times?: number;
  /** All of them at the same time. */
  atOnce?: boolean;
}

export interface WebhookSettings {
  /** By which calls are signed. */
  appSecret: string;
  verifyToken: string;
  /** How long an answer is waited for. Default 5000. */
  answerMilliseconds?: number;
  /** Attempts for one call, until it is answered with 200. Default 4. */
  attempts?: number;
  /** Before the second attempt; twice as long before each further one. Default 20. */
  pauseMilliseconds?: number;
}

/** Calls the webhook of an application as the platform does: signed, and again until it answers 200. */
export class WhatsAppWebhooks {
  private url: string | undefined;

  constructor(private readonly settings: WebhookSettings) {}

  /** The handshake. @returns whether the other side knows the token; only then it is called */
  async register(url: string): Promise<boolean> {
    const challenge = String(Math.floor(Math.random() * 1e10));
    const asked = new URL(url);
    asked.searchParams.set('hub.mode', 'subscribe');
    asked.searchParams.set('hub.challenge', challenge);
    asked.searchParams.set('hub.verify_token', this.settings.verifyToken);
    const answer = await fetch(asked);
    const isGood = answer.status === 200 && (await answer.text()) === challenge;
    this.url = isGood ? url : undefined;
    return isGood;
  }

  /** @returns the last status of each call; 0: no answer */
  async call(payload: object, { times = 1, atOnce = false }: DeliverOptions = {}): Promise<number[]> {
    const body = wireJson(payload);
    const calls = Array.from({ length: times }, () => () => this.repeat(body));
    if (atOnce) return Promise.all(calls.map((call) => call()));
    const statuses: number[] = [];
    for (const call of calls) statuses.push(await call());
    return statuses;
  }

  private async repeat(body: string): Promise<number> {
    const { attempts = 4, pauseMilliseconds = 20 } = this.settings;
    let status = 0;
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds * 2 ** (attempt - 1)));
      status = await this.post(body);
      if (status === 200) break;
    }
    return status;
  }

  private async post(body: string): Promise<number> {
    const { url } = this;
    if (url === undefined) throw new Error('The webhook has not been registered.');
    const signature = createHmac('sha256', this.settings.appSecret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}`, 'x-request-id': randomUUID() };
    const signal = AbortSignal.timeout(this.settings.answerMilliseconds ?? 5000);
    try {
      const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}

/** As the platform writes JSON: slashes and everything beyond ASCII escaped. Written anew, it would have another signature. */
function wireJson(payload: object): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(payload)
    .replaceAll('/', '\\/')
    .replaceAll(/[\u0080-\uffff]/g, escape);
}
