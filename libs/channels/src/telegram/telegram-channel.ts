import { InvalidRequestError, type CacheStore } from '@parlance/contracts';
import type { Update } from 'grammy/types';
import type { IncomingMessage } from '../channel.types.js';
import type { ChannelSettings, TelegramSettings } from '../settings/channel-settings.js';
import { FileIds } from './file-ids.js';
import { TelegramBot } from './telegram-bot.js';
import { TelegramClient, type TelegramSelf } from './telegram-client.js';
import { TelegramPolling, type TelegramPollingOptions } from './telegram-polling.js';
import { toIncomingMessage } from './telegram-updates.js';
import { TelegramWebhook } from './telegram-webhook.js';

/** Telegram keeps what was not taken for a day, and what was taken is known for eight: anything older than this is a replay. */
const DELIVERED_MILLISECONDS = 7 * 24 * 3600 * 1000;

/** Everything that one bot of Telegram's is made of. */
export class TelegramChannel {
  readonly bot: TelegramBot;
  readonly webhook: TelegramWebhook;
  readonly mode: TelegramSettings['mode'];
  private readonly client: TelegramClient;

  /** @throws InvalidRequestError */
  constructor(
    private readonly agent: string,
    { token, mode, webhook_secret: secret, base_url: baseUrl }: TelegramSettings,
    { quote }: Pick<ChannelSettings, 'quote'>,
    cache: CacheStore,
  ) {
    this.mode = mode;
    this.client = new TelegramClient({ token, ...(baseUrl !== undefined && { baseUrl }) });
    this.bot = new TelegramBot(this.client, new FileIds(cache), { quote });
    this.webhook = new TelegramWebhook(this.client, secret === undefined ? {} : { secret });
  }

  /** Of the bot, without anything secret. */
  get id(): string {
    return this.client.botId;
  }

  /** Who the bot is, as Telegram says: whether the token is good. @throws ParlanceError */
  self(signal: AbortSignal): Promise<TelegramSelf> {
    return this.client.self(signal);
  }

  /**
   * `undefined`: it is not for the bot, or long past.
   * @throws InvalidRequestError `webhook_unreadable`; ParlanceError when Telegram cannot be asked who the bot is
   */
  async read(update: Update, signal: AbortSignal): Promise<IncomingMessage | undefined> {
    const message = this.messageOf(update, await this.client.self(signal));
    return message === undefined || Date.now() - Date.parse(message.sentAt) > DELIVERED_MILLISECONDS ? undefined : message;
  }

  polling(options: TelegramPollingOptions): TelegramPolling {
    return new TelegramPolling(this.client, options);
  }

  /** What came is only said to be an update. */
  private messageOf(update: Update, self: TelegramSelf): IncomingMessage | undefined {
    try {
      return toIncomingMessage(update, this.agent, self);
    } catch {
      throw new InvalidRequestError('This is no update of Telegram.', undefined, { reason: 'webhook_unreadable' });
    }
  }
}
