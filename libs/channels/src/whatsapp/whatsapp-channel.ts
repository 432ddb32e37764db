import type { CacheStore } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import type { ChannelObservers } from '../channel-observers.js';
import type { IncomingMessage } from '../channel.types.js';
import type { ChannelSettings, WhatsAppSettings } from '../settings/channel-settings.js';
import { DeliveryStatuses, type DeliveryStatus } from './delivery-statuses.js';
import { isRefusalCode } from './graph-error.js';
import { readWebhook } from './read-webhook.js';
import { WhatsAppBot } from './whatsapp-bot.js';
import { WhatsAppWebhook } from './whatsapp-webhook.js';

/** Everything that one telephone number of WhatsApp is made of. */
export class WhatsAppChannel {
  readonly bot: WhatsAppBot;
  readonly webhook: WhatsAppWebhook;
  readonly statuses: DeliveryStatuses;
  private readonly logger = new Logger('WhatsApp');

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
   * The messages of a call whose signature is good; what it tells of messages that were sent is noted. Of speech that could
   * not be delivered the words come as a message: they are to be sent.
   * @throws InvalidRequestError
   */
  async read(rawBody: Uint8Array): Promise<readonly IncomingMessage[]> {
    const { messages, statuses, errorCodes } = readWebhook(rawBody, this.agent, this.settings.phone_number_id);
    // The rest of it is words of the platform's, which may name people.
    for (const code of errorCodes) this.logger.warn(`${this.agent}: WhatsApp tells of an error (code ${code ?? 'unknown'}).`);
    for (const status of statuses) this.statuses.record(status);
    const unheard = await Promise.all(statuses.map((status) => this.unheard(status)));
    return [...messages, ...unheard.filter((words) => words !== undefined)];
  }

  /** Only where the recording is to blame: who cannot be written to at all is not sent words either. */
  private async unheard({ id, errorCode, answered }: DeliveryStatus): Promise<IncomingMessage | undefined> {
    if (answered === undefined || errorCode === undefined || !isRefusalCode(errorCode)) return undefined;
    // It may have been delivered after all.
    return this.statuses.find(id)?.state === 'failed' ? this.bot.unheard(answered) : undefined;
  }
}
