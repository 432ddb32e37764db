import { Agents } from '@parlance/agent-runner';
import {
  ChannelBots,
  ChannelObservers,
  ChatQueue,
  ChatWorker,
  Conversation,
  InProcessChatQueue,
  MemoryInboxStore,
  type InboxStore,
} from '@parlance/channels';
import type { DynamicModule } from '@nestjs/common';

/** What works on messages, wherever these wait. */
export const CHAT_PARTS = [Conversation, Agents, ChannelBots, ChannelObservers] as const;
export type ChatParts = [Conversation, Agents, ChannelBots, ChannelObservers];

/** Messages that wait in the memory of this process. */
export function chatsInProcess(): Required<Pick<DynamicModule, 'imports' | 'providers'>> {
  return { imports: [], providers: [{ provide: ChatQueue, inject: [...CHAT_PARTS], useFactory: memoryQueue }] };
}

export function memoryQueue(...parts: ChatParts): InProcessChatQueue {
  const store = new MemoryInboxStore();
  return new InProcessChatQueue(store, workerOf(store, ...parts));
}

export function workerOf(store: InboxStore, ...[conversation, agents, bots, observers]: ChatParts): ChatWorker {
  return new ChatWorker(store, conversation, agents, (message) => bots.find(message), { observers });
}
