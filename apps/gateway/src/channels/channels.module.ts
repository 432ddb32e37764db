import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { RedisConnections } from '@parlance/cache';
import {
  ChannelBots,
  ChannelObservers,
  ChatQueue,
  ChatWorker,
  Conversation,
  InProcessChatQueue,
  MemoryInboxStore,
  RedisInboxStore,
  type InboxStore,
} from '@parlance/channels';
import { Agents } from '@parlance/agent-runner';
import type { ParlanceConfiguration } from '@parlance/configuration';
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { PRODUCER_OPTIONS } from '../jobs/queue/bull-connection.js';
import { ChannelsLifecycle } from './channels-lifecycle.js';
import { BullChatQueue, CHATS_QUEUE, type ChatTicket } from './queue/bull-chat-queue.js';
import { TelegramPollers } from './telegram-pollers.js';
import { TelegramWebhookController } from './telegram-webhook.controller.js';
import { WhatsAppWebhookController } from './whatsapp-webhook.controller.js';

/** Telegram and WhatsApp. Messages wait in Redis where there is one, in the process otherwise. Needs AgentRunnerModule globally. */
@Module({})
export class ChannelsModule {
  static forRoot({ redisUrl }: ParlanceConfiguration): DynamicModule {
    return {
      module: ChannelsModule,
      imports: redisUrl === undefined ? [] : [registerQueue()],
      controllers: [TelegramWebhookController, WhatsAppWebhookController],
      providers: [
        ChannelBots,
        ChannelObservers,
        ChannelsLifecycle,
        Conversation,
        TelegramPollers,
        redisUrl === undefined ? inProcess() : inRedis(redisUrl),
      ],
      exports: [ChannelObservers, ChatQueue],
    };
  }
}

const PARTS = [Conversation, Agents, ChannelBots, ChannelObservers] as const;
type Parts = [Conversation, Agents, ChannelBots, ChannelObservers];

function inProcess(): Provider {
  return { provide: ChatQueue, inject: [...PARTS], useFactory: memoryQueue };
}

function inRedis(redisUrl: string): Provider {
  return {
    provide: ChatQueue,
    inject: [getQueueToken(CHATS_QUEUE), RedisConnections, ...PARTS],
    useFactory: (queue: Queue<ChatTicket>, { commands }: RedisConnections, ...parts: Parts) => {
      const store = new RedisInboxStore(commands!);
      const worker = workerOf(store, ...parts);
      return new BullChatQueue({ queue, store, worker, meanwhile: memoryQueue(...parts), redisUrl });
    },
  };
}

function memoryQueue(...parts: Parts): InProcessChatQueue {
  const store = new MemoryInboxStore();
  return new InProcessChatQueue(store, workerOf(store, ...parts));
}

function workerOf(store: InboxStore, ...[conversation, agents, bots, observers]: Parts): ChatWorker {
  return new ChatWorker(store, conversation, agents, (message) => bots.find(message), { observers });
}

/** On the connection that fails at once: a message is not kept waiting while Redis is away. */
function registerQueue(): DynamicModule {
  return BullModule.registerQueueAsync({
    name: CHATS_QUEUE,
    inject: [RedisConnections],
    useFactory: ({ commands }: RedisConnections) => ({ ...PRODUCER_OPTIONS, connection: commands! }),
  });
}
