import { ChannelBots, ChannelObservers, ChatQueue, Conversation } from '@parlance/channels';
import type { ParlanceConfiguration } from '@parlance/configuration';
import { Module, type DynamicModule } from '@nestjs/common';
import { ChannelsLifecycle } from './channels-lifecycle.js';
import { chatsInProcess } from './chats-in-process.js';
import { TelegramPollers } from './telegram-pollers.js';
import { TelegramWebhookController } from './telegram-webhook.controller.js';
import { WhatsAppWebhookController } from './whatsapp-webhook.controller.js';

/** Telegram and WhatsApp. Messages wait in Redis where there is one, in the process otherwise. Needs AgentRunnerModule globally. */
@Module({})
export class ChannelsModule {
  static async forRoot({ redisUrl }: ParlanceConfiguration): Promise<DynamicModule> {
    // BullMQ is for those who have Redis: see JobsModule.
    const { imports, providers } = redisUrl === undefined ? chatsInProcess() : (await import('./chats-in-redis.js')).chatsInRedis(redisUrl);
    return {
      module: ChannelsModule,
      imports,
      controllers: [TelegramWebhookController, WhatsAppWebhookController],
      providers: [ChannelBots, ChannelObservers, ChannelsLifecycle, Conversation, TelegramPollers, ...providers],
      exports: [ChannelObservers, ChatQueue],
    };
  }
}
