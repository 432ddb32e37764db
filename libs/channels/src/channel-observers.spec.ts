import { Agents } from '@parlance/agent-runner';
import { MemoryCacheStore } from '@parlance/cache';
import { ParlanceError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { FakeBot, messageOf } from './__fixtures__/fake-bot.js';
import { ChannelObservers, type ChannelNews } from './channel-observers.js';
import type { ChannelBot, IncomingMessage } from './channel.types.js';
import type { Conversation } from './conversation/conversation.js';
import { ChatWorker } from './inbox/chat-worker.js';
import { InProcessChatQueue } from './inbox/in-process-chat-queue.js';
import { MemoryInboxStore } from './inbox/memory-inbox-store.js';

Logger.overrideLogger(false);

type Answer = (message: IncomingMessage, bot: ChannelBot) => Promise<unknown>;
const signal = new AbortController().signal;
const voice = { bytes: new Uint8Array(), sha256: '', text: '' };

describe('what is told of messages', () => {
  function create(answer: Answer, bot = new FakeBot()) {
    const observers = new ChannelObservers();
    const told: ChannelNews[] = [];
    observers.subscribe((news) => told.push(news));
    const conversation = { answer: (message: IncomingMessage, own: ChannelBot) => answer(message, own) } as unknown as Conversation;
    const store = new MemoryInboxStore();
    const worker = new ChatWorker(store, conversation, new Agents(), ({ agent }) => (agent === 'gone' ? undefined : bot), {
      attempts: 2,
      retryMilliseconds: 1,
      lookMilliseconds: 1,
      observers,
    });
    const queue = new InProcessChatQueue(store, worker);
    queue.start();
    const drained = async (agent: string, type: 'text' | 'words' = 'text') => {
      const message = messageOf({ type, text: 'Hello.' }, { agent });
      await store.put('c', message.id, JSON.stringify(message));
      await worker.drain('c');
    };
    return { told, bot, drained, queue };
  }

  it('tells what was sent as what, and how the message was seen to', async () => {
    const { told, bot, drained } = create(async (message, own) => {
      await own.sendText(message, 'heard', signal);
      await own.sendVoice(message, voice, signal);
    });
    await drained('a');
    await drained('gone');
    bot.failures.sendVoice = [new ParlanceError('rate', 'Wait.')];
    await drained('a');
    const sent = (as: string, outcome: string) => ({ type: 'outgoing', channel: 'telegram', as, outcome });
    const seen = (outcome: string) => ({ type: 'incoming', channel: 'telegram', outcome });
    expect(told).toEqual([
      sent('text', 'ok'),
      sent('voice', 'ok'),
      seen('answered'),
      seen('no_bot'),
      // Tried again.
      sent('text', 'ok'),
      sent('voice', 'rate'),
      sent('text', 'ok'),
      sent('voice', 'ok'),
      seen('answered'),
    ]);
  });

  it('does not count words that are sent in place of speech among what people have sent', async () => {
    const { told, drained } = create((message, own) => own.sendText(message, 'Hello.', signal));
    await drained('a', 'words');
    expect(told).toEqual([{ type: 'outgoing', channel: 'telegram', as: 'text', outcome: 'ok' }]);
  });

  it('tells of one that is given up', async () => {
    const { told, drained } = create(async () => {
      throw new Error('always');
    });
    await drained('a');
    expect(told).toEqual([{ type: 'incoming', channel: 'telegram', outcome: 'abandoned' }]);
  });

  it('measures conversations that are being answered', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { queue } = create(() => held);
    expect(await queue.measure()).toEqual({ waiting: 0, running: 0, oldestSeconds: 0 });
    for (const chat of ['c', 'c', 'd']) await queue.put(messageOf({ type: 'text', text: 'Hello.' }, { chat }));
    expect(await queue.measure()).toEqual({ waiting: 0, running: 2, oldestSeconds: expect.any(Number) });
    release();
    await queue.stop(1000);
    expect((await queue.measure()).running).toBe(0);
  });
});

describe('what WhatsApp tells of deliveries', () => {
  it('is told once of each state', async () => {
    const { WhatsAppChannel } = await import('./whatsapp/whatsapp-channel.js');
    const observers = new ChannelObservers();
    const told: ChannelNews[] = [];
    observers.subscribe((news) => told.push(news));
    const settings = { phone_number_id: '1', token: 't', app_secret: 's', verify_token: 'v' };
    const parameters = [settings, { quote: false }] as unknown as [never, never];
    const channel = new WhatsAppChannel('a', ...parameters, new MemoryCacheStore(), observers);
    for (const state of ['sent', 'delivered', 'delivered'] as const)
      channel.statuses.record({ id: 'm', state, at: '2026-11-26T00:00:00Z' });
    expect(told).toEqual([
      { type: 'delivery', channel: 'whatsapp', state: 'sent' },
      { type: 'delivery', channel: 'whatsapp', state: 'delivered' },
    ]);
  });
});
