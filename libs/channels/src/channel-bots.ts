import { Agents, type Agent } from '@parlance/agent-runner';
import { CacheStore, ParlanceError } from '@parlance/contracts';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { ChannelObservers } from './channel-observers.js';
import type { ChannelBot, IncomingMessage } from './channel.types.js';
import type { ChannelSettings } from './settings/channel-settings.js';
import { channelSettingsOf } from './settings/channel-settings-of.js';
import { TelegramChannel } from './telegram/telegram-channel.js';
import { WhatsAppChannel } from './whatsapp/whatsapp-channel.js';

interface AgentChannels {
  telegram?: TelegramChannel;
  whatsapp?: WhatsAppChannel;
}

/** The bots of agents, as their settings are now: an agent that is read anew has new ones. */
@Injectable()
export class ChannelBots {
  private readonly made = new WeakMap<ChannelSettings, AgentChannels>();

  constructor(
    private readonly agents: Agents,
    @Inject(CacheStore) private readonly cache: CacheStore,
    @Optional() private readonly observers?: ChannelObservers,
  ) {}

  /** @throws ParlanceError `not_found` where the agent has no Telegram */
  telegram(agent: string): TelegramChannel {
    return this.of(agent, 'telegram');
  }

  /** @throws ParlanceError `not_found` where the agent has no WhatsApp */
  whatsapp(agent: string): WhatsAppChannel {
    return this.of(agent, 'whatsapp');
  }

  /** The bot that a message came to; `undefined` when it is not there any more. */
  find({ channel, agent }: IncomingMessage): ChannelBot | undefined {
    const known = this.agents.find(agent);
    return known === undefined ? undefined : this.channelsOf(known)[channel]?.bot;
  }

  /** All bots of Telegram's, by agent. */
  telegrams(): ReadonlyMap<string, TelegramChannel> {
    const found = this.agents.list().flatMap((agent) => {
      const { telegram } = this.channelsOf(agent);
      return telegram === undefined ? [] : [[agent.id, telegram] as const];
    });
    return new Map(found);
  }

  private of<Name extends keyof AgentChannels>(agent: string, name: Name): NonNullable<AgentChannels[Name]> {
    const known = this.agents.find(agent);
    const channel = known === undefined ? undefined : this.channelsOf(known)[name];
    // Who asks here is nobody who is told which agents there are.
    if (channel === undefined) throw new ParlanceError('not_found', 'There is no such bot.', { reason: 'bot_not_found' });
    return channel;
  }

  private channelsOf(agent: Agent): AgentChannels {
    const settings = channelSettingsOf(agent);
    const known = this.made.get(settings);
    if (known !== undefined) return known;
    const { telegram, whatsapp } = settings;
    const channels: AgentChannels = {
      ...(telegram !== undefined && { telegram: new TelegramChannel(agent.id, telegram, settings, this.cache) }),
      ...(whatsapp !== undefined && { whatsapp: new WhatsAppChannel(agent.id, whatsapp, settings, this.cache, this.observers) }),
    };
    // The defaults of agents without channels are one and the same.
    if (telegram !== undefined || whatsapp !== undefined) this.made.set(settings, channels);
    return channels;
  }
}
