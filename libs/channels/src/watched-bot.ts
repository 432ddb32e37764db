import { ParlanceError } from '@parlance/contracts';
import type { ChannelObservers } from './channel-observers.js';
import type { ChannelBot, ChannelName, IncomingMessage, OutgoingVoice, Sent } from './channel.types.js';

/** A bot of whose messages others are told. */
export class WatchedBot implements ChannelBot {
  readonly largestMegabytes: number;
  readonly download: ChannelBot['download'];
  readonly show: ChannelBot['show'];

  constructor(
    private readonly bot: ChannelBot,
    private readonly channel: ChannelName,
    private readonly observers: ChannelObservers,
  ) {
    this.largestMegabytes = bot.largestMegabytes;
    this.download = (...parameters) => bot.download(...parameters);
    this.show = (...parameters) => bot.show(...parameters);
  }

  sendText(message: IncomingMessage, text: string, signal: AbortSignal): Promise<Sent> {
    return this.told('text', () => this.bot.sendText(message, text, signal));
  }

  sendVoice(message: IncomingMessage, voice: OutgoingVoice, signal: AbortSignal): Promise<Sent> {
    return this.told('voice', () => this.bot.sendVoice(message, voice, signal));
  }

  private async told(wanted: Sent['as'], send: () => Promise<Sent>): Promise<Sent> {
    const { channel, observers } = this;
    try {
      const sent = await send();
      observers.tell({ type: 'outgoing', channel, as: sent.as, outcome: 'ok' });
      return sent;
    } catch (error) {
      observers.tell({ type: 'outgoing', channel, as: wanted, outcome: error instanceof ParlanceError ? error.code : 'server' });
      throw error;
    }
  }
}
