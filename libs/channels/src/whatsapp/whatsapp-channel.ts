import type { CacheStore } from '@parlance/contracts';
import type { ChannelObservers } from '../channel-observers.js';
import type { IncomingMessage } from '../channel.types.js';
import type { ChannelSettings, WhatsAppSettings } from '../settings/channel-settings.js';
import { DeliveryStatuses } from './delivery-statuses.js';
import { readWebhook } from './read-webhook.js';
import { WhatsAppBot } from './whatsapp-bot.js';
import { WhatsAppWebhook } from './whatsapp-webhook.js';

/** Everything that one telephone number of WhatsApp is made of. */
export class WhatsAppChannel {
  readonly bot: WhatsAppBot;
  readonly webhook: WhatsAppWebhook;
  readonly statuses: DeliveryStatuses;

  constructor(
    private readonly agent: string,
    private readonly settings: WhatsAppSettings,
    { quote }: Pick<ChannelSettings, 'quote'>,
    cache: CacheStore,
    observers?: ChannelObservers,
  ) {
    this.statuses = new DeliveryStatuses({ onNews: (state) => observers?.tell({ type: 'delivery', channel: 'whatsapp', state }) });
    this.bot = new WhatsAppBot(settings, cache, { quote });
    this.webhook = new WhatsAppWebhook(settings);
  }

  /**
   * The messages of a call whose signature is good; what it tells of messages that were sent is noted.
   * @throws InvalidRequestError
   */
  read(rawBody: Uint8Array): readonly IncomingMessage[] {
    const { messages, statuses } = readWebhook(rawBody, this.agent, this.settings.phone_number_id);
    for (const status of statuses) this.statuses.record(status);
    return messages;
  }
}
