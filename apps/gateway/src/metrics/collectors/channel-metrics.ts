import { CHANNELS, ChannelObservers, DELIVERY_STATES, INCOMING_OUTCOMES } from '@parlance/channels';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter } from 'prom-client';
import { MetricsRegistry } from '../metrics-registry.js';

/** Messages of Telegram and WhatsApp. */
@Injectable()
export class ChannelMetrics implements OnModuleDestroy {
  private readonly unsubscribe: () => void;

  constructor(registry: MetricsRegistry, observers: ChannelObservers) {
    const registers = [registry];
    const received = new Counter({
      name: 'parlance_channel_messages_received_total',
      help: 'Messages of people that were seen to.',
      labelNames: ['channel', 'outcome'],
      registers,
    });
    const sent = new Counter({
      name: 'parlance_channel_messages_sent_total',
      help: 'Messages that were sent to people, or could not be.',
      labelNames: ['channel', 'form', 'outcome'],
      registers,
    });
    const deliveries = new Counter({
      name: 'parlance_channel_deliveries_total',
      help: 'What platforms tell of messages that were sent; a message counts once for each state.',
      labelNames: ['channel', 'state'],
      registers,
    });
    // A series that begins with its first count has not increased by it.
    for (const channel of CHANNELS) for (const outcome of INCOMING_OUTCOMES) received.inc({ channel, outcome }, 0);
    for (const state of DELIVERY_STATES) deliveries.inc({ channel: 'whatsapp', state }, 0);
    this.unsubscribe = observers.subscribe((news) => {
      const { channel } = news;
      if (news.type === 'incoming') received.inc({ channel, outcome: news.outcome });
      else if (news.type === 'outgoing') sent.inc({ channel, form: news.as, outcome: news.outcome });
      else deliveries.inc({ channel, state: news.state });
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }
}
