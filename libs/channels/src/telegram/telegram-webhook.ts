import { createHash, timingSafeEqual } from 'node:crypto';
import { InvalidRequestError } from '@parlance/contracts';
import type { TelegramClient } from './telegram-client.js';
import { TELEGRAM_UPDATES } from './telegram-updates.js';
import { isWebhookSecret } from './webhook-secret.js';

/** The header by which Telegram shows that it is Telegram. */
export const TELEGRAM_SECRET_HEADER = 'x-telegram-bot-api-secret-token';

export interface TelegramWebhookOptions {
  /** 1-256 of `A-Za-z0-9_-`. Default: made from the token. */
  secret?: string;
  /** How many calls Telegram makes at a time, 1-100. Default 40. */
  maximumConnections?: number;
}

/** How Telegram gets on with the webhook. */
export interface TelegramWebhookState {
  /** Whether Telegram calls this address. */
  registered: boolean;
  /** Updates that wait to be delivered. */
  pending: number;
  lastFailure?: { at: string; cause: WebhookFailureCause };
}

type WebhookFailureCause = (typeof CAUSES)[number][0] | 'other';

/** What Telegram's descriptions of failed calls are known to say. */
const CAUSES = [
  ['certificate', /SSL|certificate|TLS/i],
  ['status', /wrong response/i],
  ['timeout', /time(?:d)? ?out|timeout/i],
  ['address', /resolve|host/i],
  ['connection', /connect/i],
] as const;

/** The webhook of one bot: Telegram calls this server, and shows a secret with each call. */
export class TelegramWebhook {
  private readonly secret: string;

  /** @throws InvalidRequestError when the secret is none that Telegram would send */
  constructor(
    private readonly client: TelegramClient,
    private readonly options: TelegramWebhookOptions = {},
  ) {
    this.secret = options.secret ?? client.secretFor('parlance telegram webhook');
    if (!isWebhookSecret(this.secret)) {
      throw new InvalidRequestError("'webhook_secret' must be 1 to 256 of A-Z, a-z, 0-9, _ and -.", 'webhook_secret');
    }
  }

  /** Whether a call comes from Telegram. @param header the value of {@link TELEGRAM_SECRET_HEADER} */
  isGenuine(header: unknown): boolean {
    return typeof header === 'string' && timingSafeEqual(hash(header), hash(this.secret));
  }

  /** Whether Telegram would call such an address: a server of one's own takes any. */
  takes(publicUrl: string): boolean {
    return publicUrl.startsWith('https://') || this.client.isOwnServer;
  }

  /** Has Telegram call the address from now on, as it does until it is told otherwise. @throws ParlanceError */
  async register(publicUrl: string, signal: AbortSignal): Promise<void> {
    if (!this.takes(publicUrl)) {
      throw new InvalidRequestError('Telegram calls webhooks over https only: give this server an https address, or set the mode polling.');
    }
    const other = {
      secret_token: this.secret,
      allowed_updates: TELEGRAM_UPDATES,
      max_connections: this.options.maximumConnections ?? 40,
    };
    await this.client.ask((api, given) => api.setWebhook(publicUrl, other, given), signal);
  }

  /** @throws ParlanceError */
  async state(publicUrl: string, signal: AbortSignal): Promise<TelegramWebhookState> {
    const info = await this.client.ask((api, given) => api.getWebhookInfo(given), signal);
    const { url, pending_update_count: pending, last_error_date: date, last_error_message: said = '' } = info;
    const cause = CAUSES.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
    return {
      registered: url === publicUrl,
      pending,
      ...(date !== undefined && { lastFailure: { at: new Date(date * 1000).toISOString(), cause } }),
    };
  }
}

/** Has Telegram call nobody: a bot with a webhook cannot be polled. What waits is kept. @throws ParlanceError */
export async function removeTelegramWebhook(client: TelegramClient, signal: AbortSignal): Promise<void> {
  await client.ask((api, given) => api.deleteWebhook({}, given), signal);
}

/** Of equal length whatever the text, as comparing in constant time needs. */
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
