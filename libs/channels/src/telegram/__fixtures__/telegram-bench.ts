import { createHash } from 'node:crypto';
import { MemoryCacheStore } from '@parlance/cache';
import { ParlanceError, type CacheStore } from '@parlance/contracts';
import { spokenAudio, startTelegramStandIn, TELEGRAM_TOKEN, type TelegramStandIn } from '@parlance/testing';
import type { Update } from 'grammy/types';
import type { IncomingMessage, OutgoingVoice } from '../../channel.types.js';
import { FileIds } from '../file-ids.js';
import { TelegramBot, type TelegramBotOptions } from '../telegram-bot.js';
import { TelegramClient, type TelegramClientOptions } from '../telegram-client.js';
import { toIncomingMessage } from '../telegram-updates.js';

export const SELF = { id: 123_456_789, username: 'parlance_bot' };

/** A bot before a stand-in of Telegram, for one file of tests. */
export class TelegramBench {
  readonly signal = new AbortController().signal;

  private constructor(readonly standIn: TelegramStandIn) {}

  static async start(): Promise<TelegramBench> {
    return new TelegramBench(await startTelegramStandIn());
  }

  client(options: Partial<TelegramClientOptions> = {}): TelegramClient {
    return new TelegramClient({ token: TELEGRAM_TOKEN, baseUrl: this.standIn.url, ...options });
  }

  bot(
    options: Partial<TelegramBotOptions> = {},
    client: Partial<TelegramClientOptions> = {},
    cache: CacheStore = new MemoryCacheStore(),
  ): TelegramBot {
    return new TelegramBot(this.client(client), new FileIds(cache), { quote: true, ...options });
  }

  /** As it comes to the bot. */
  incoming(update: Update): IncomingMessage {
    const message = toIncomingMessage(update, 'demo', SELF);
    if (message === undefined) throw new Error('The update is not for the bot.');
    return message;
  }
}

export function outgoingVoice(text = 'Good morning to everybody here.', bytes: Uint8Array = spokenAudio('opus')): OutgoingVoice {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), durationSeconds: 1.6, text };
}

/** The failure of a call, once it was seen that it gives nothing away. */
export async function failureOf(call: Promise<unknown>, ...secrets: readonly string[]): Promise<ParlanceError> {
  const error = await call.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ParlanceError)) throw error;
  const said = [error.message, error.stack, JSON.stringify(error), String(error.cause)].join('\n');
  const given = [TELEGRAM_TOKEN, TELEGRAM_TOKEN.slice(10), 'http://', ...secrets].filter((secret) => said.includes(secret));
  if (given.length > 0) throw new Error(`The failure gives away: ${given.join(', ')}`);
  return error;
}
