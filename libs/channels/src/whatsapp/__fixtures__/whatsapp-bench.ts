import { createHash } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MemoryCacheStore } from '@parlance/cache';
import {
  spokenAudio,
  startWhatsAppStandIn,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  type WhatsAppIncoming,
  type WhatsAppPerson,
  type WhatsAppStandIn,
} from '@parlance/testing';
import type { IncomingMessage, OutgoingVoice } from '../../channel.types.js';
import { readWebhook } from '../read-webhook.js';
import { WhatsAppBot, type WhatsAppBotOptions } from '../whatsapp-bot.js';

export const never = new AbortController().signal;

/** What no error and no log may hold: see `expectDiscreet`. */
export const SPOKEN_ANSWER = 'The codeword is marzipan.';
const PHONE = '4915112345678';

/** A bot against the stand-in, with what it has logged. Its seconds of waiting last a millisecond. */
export class WhatsAppBench {
  readonly logged: string[] = [];
  readonly cache = new MemoryCacheStore();
  readonly ada: WhatsAppPerson;
  private readonly bots: WhatsAppBot[] = [];

  private constructor(readonly standIn: WhatsAppStandIn) {
    this.ada = standIn.meet({ phone: PHONE, userId: 'DE.13491208655302741918', name: 'Ada' });
    for (const level of ['log', 'warn', 'error', 'debug', 'verbose'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...words: unknown[]) => void this.logged.push(words.map(String).join(' ')));
    }
  }

  static async start(): Promise<WhatsAppBench> {
    return new WhatsAppBench(await startWhatsAppStandIn());
  }

  bot(options: WhatsAppBotOptions = {}, account: { token?: string; base_url?: string } = {}): WhatsAppBot {
    const own = { phone_number_id: WHATSAPP_PHONE_NUMBER_ID, token: WHATSAPP_TOKEN, api_version: 'v25.0', base_url: this.standIn.url };
    const bot = new WhatsAppBot({ ...own, ...account }, this.cache, { backOff: { secondMilliseconds: 1 }, ...options });
    this.bots.push(bot);
    return bot;
  }

  /** As the webhook would tell it. */
  message(incoming: WhatsAppIncoming): IncomingMessage {
    const [message] = readWebhook(this.standIn.payload([incoming]), 'support', WHATSAPP_PHONE_NUMBER_ID, this.standIn.now()).messages;
    if (message === undefined) throw new Error('The message cannot be read.');
    return message;
  }

  /** Ada's, who can be answered from now on. */
  written(): IncomingMessage {
    return this.message(this.standIn.text(this.ada, 'What is the codeword?'));
  }

  /** What the call was refused with, after it was looked at whether anything in it must stay a secret. */
  async failureOf(call: Promise<unknown>): Promise<Error & { code?: string; reason?: string }> {
    const error: unknown = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof Error)) throw new Error('The call did not fail.');
    const told = [error.message, JSON.stringify(error), (error.cause as Error | undefined)?.message ?? ''];
    this.expectDiscreet(told);
    return error;
  }

  private expectDiscreet(words: readonly string[], url = this.standIn.url): void {
    const secrets = [WHATSAPP_TOKEN, PHONE, 'codeword', 'marzipan', url];
    const told = secrets.findIndex((secret) => words.some((word) => word.includes(secret)));
    if (told >= 0) throw new Error(`An error or a line of the log holds secret ${told}.`);
  }

  async close(): Promise<void> {
    await Promise.all(this.bots.map((bot) => bot.close()));
    const { url } = this.standIn;
    await this.standIn.close();
    jest.restoreAllMocks();
    this.expectDiscreet(this.logged, url);
  }
}

export function voiceOf(bytes: Uint8Array = spokenAudio('opus')): OutgoingVoice {
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), text: SPOKEN_ANSWER };
}
