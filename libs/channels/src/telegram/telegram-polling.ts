import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { Update } from 'grammy/types';
import type { TelegramClient } from './telegram-client.js';
import { TELEGRAM_UPDATES } from './telegram-updates.js';
import { removeTelegramWebhook } from './telegram-webhook.js';

export interface TelegramPollingOptions {
  /** Keeps an update for good. What it rejects is given to it again, and nothing that comes later before that. */
  take: (update: Update) => Promise<void>;
  /** Whether this process is the one that polls; asked before each poll. Default: always. */
  lead?: () => Promise<boolean>;
  /** How long Telegram waits for something to tell. Default 30. */
  pollSeconds?: number;
  /** After a failure, each time twice as long, to half a minute; and between two questions who leads. Default 1000. */
  pauseMilliseconds?: number;
}

const LONGEST_PAUSE_MILLISECONDS = 30_000;
/** For what is under way when polling is to end. */
const GRACE_MILLISECONDS = 400;

const logger = new Logger('Telegram');

/** Asks Telegram for updates, again and again. Telegram forgets those that were taken, and no others. */
export class TelegramPolling {
  private readonly closing = new AbortController();
  private running: Promise<void> | undefined;
  private hasWebhook = true;
  /** The first update that was not taken; 0: whichever is the first. */
  private next = 0;
  private confirmed = 0;
  /** What was logged, lest every attempt be. */
  private told: string | undefined;

  constructor(
    private readonly client: TelegramClient,
    private readonly options: TelegramPollingOptions,
  ) {}

  start(): void {
    this.running ??= this.run(this.closing.signal);
  }

  /** Ends within a second: an update that is being taken for longer is delivered again. */
  async close(): Promise<void> {
    this.closing.abort();
    await Promise.race([this.running, sleep(GRACE_MILLISECONDS, undefined, { ref: false })]);
    if (this.next === this.confirmed) return;
    // The next question would confirm what was taken, but there is none. It does no harm if this one fails.
    await this.getUpdates(1, 0, AbortSignal.timeout(GRACE_MILLISECONDS)).catch(() => undefined);
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { lead = () => Promise.resolve(true), pauseMilliseconds = 1000 } = this.options;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (await lead()) await this.poll(signal);
        else await pause(pauseMilliseconds, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        this.tell(error);
        await pause(Math.min(LONGEST_PAUSE_MILLISECONDS, pauseMilliseconds * 2 ** Math.min(failures, 10)), signal);
        failures += 1;
      }
    }
  }

  private async poll(signal: AbortSignal): Promise<void> {
    if (this.hasWebhook) await removeTelegramWebhook(this.client, signal);
    this.hasWebhook = false;
    const updates = await this.getUpdates(100, this.options.pollSeconds ?? 30, signal);
    for (const update of updates) {
      if (signal.aborted) return;
      await this.options.take(update);
      this.next = update.update_id + 1;
    }
    this.told = undefined;
  }

  /** Tells Telegram, too, what need not be told again. */
  private async getUpdates(limit: number, timeout: number, signal: AbortSignal): Promise<Update[]> {
    const { next } = this;
    const question = { offset: next, limit, timeout, allowed_updates: TELEGRAM_UPDATES };
    const updates = await this.client.ask((api, given) => api.getUpdates(question, given), signal, 1);
    this.confirmed = next;
    return updates;
  }

  /** Once, until it works again. What others throw may hold anything. */
  private tell(error: unknown): void {
    const problem = error instanceof ParlanceError ? error.message : 'An update could not be kept.';
    if (problem !== this.told) logger.warn(`Bot ${this.client.botId} gets no messages just now. ${problem}`);
    this.told = problem;
  }
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
