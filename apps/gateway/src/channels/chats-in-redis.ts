import { getQueueToken } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { RedisConnections } from '@parlance/cache';
import { ChatQueue, RedisInboxStore } from '@parlance/channels';
import type { Queue } from 'bullmq';
import { registerQueue } from '../jobs/queue/register-queue.js';
import { CHAT_PARTS, memoryQueue, workerOf, type ChatParts } from './chats-in-process.js';
import { BullChatQueue, CHATS_QUEUE, type ChatTicket } from './queue/bull-chat-queue.js';

/** Messages that wait in Redis, and in the process while it is away. */
export function chatsInRedis(redisUrl: string): Required<Pick<DynamicModule, 'imports' | 'providers'>> {
  const chats = {
    provide: ChatQueue,
    inject: [getQueueToken(CHATS_QUEUE), RedisConnections, ...CHAT_PARTS],
    useFactory: (queue: Queue<ChatTicket>, { commands }: RedisConnections, ...parts: ChatParts) => {
      const store = new RedisInboxStore(commands!);
      const worker = workerOf(store, ...parts);
      return new BullChatQueue({ queue, store, worker, meanwhile: memoryQueue(...parts), redisUrl });
    },
  };
  return { imports: [registerQueue(CHATS_QUEUE)], providers: [chats] };
}
