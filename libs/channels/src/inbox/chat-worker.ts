import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agents } from '@parlance/agent-runner';
import { AbortedError } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import type { ChannelBot, IncomingMessage } from '../channel.types.js';
import type { Conversation } from '../conversation/conversation.js';
import { LEASE_MILLISECONDS, type InboxStore } from './inbox-store.js';

/** Finds the bot that a message came to; `undefined` when it is not there any more. */
export type FindBot = (message: IncomingMessage) => ChannelBot | undefined;

export interface ChatWorkerOptions {
  /** How often a message is tried; default 4. */
  attempts?: number;
  /** Before the second try, doubled for each more; default 1000. */
  retryMilliseconds?: number;
  /** How often a conversation with an answer in the making is looked at for a newer message; default 200. */
  lookMilliseconds?: number;
  renewMilliseconds?: number;
}

/** How many answers of one conversation are in the making where a newer message cancels the older. */
const MOST_AT_A_TIME = 8;

/**
 * Answers what waits, conversation by conversation: one process at a time works on one, in the order in which messages
 * came. A message is only removed when it is answered: of a process that dies another goes on where it was.
 */
export class ChatWorker {
  private readonly owner = randomUUID();
  private readonly logger = new Logger('Channels');
  private readonly leaving = new AbortController();
  private readonly working = new Set<Promise<boolean>>();

  constructor(
    private readonly store: InboxStore,
    private readonly conversation: Conversation,
    private readonly agents: Agents,
    private readonly findBot: FindBot,
    private readonly options: ChatWorkerOptions = {},
  ) {}

  /**
   * Answers everything of a conversation. Never rejects because of a message.
   * @returns `false`: another works on it; look again later, because it may be one that has died
   */
  async drain(chat: string): Promise<boolean> {
    const work = this.work(chat);
    this.working.add(work);
    try {
      return await work;
    } finally {
      this.working.delete(work);
    }
  }

  /** What is being answered is given so long, in milliseconds; then it is left for another process. */
  async close(graceMilliseconds: number): Promise<void> {
    const timer = setTimeout(() => this.leaving.abort(), graceMilliseconds);
    await Promise.allSettled(this.working);
    clearTimeout(timer);
    this.leaving.abort();
  }

  private async work(chat: string): Promise<boolean> {
    const owner = `${this.owner} ${randomUUID()}`;
    if (this.leaving.signal.aborted) return false;
    if (!(await this.store.lease(chat, owner))) return (await this.store.list(chat)).length === 0;
    const lost = new AbortController();
    const renew = async () => {
      if (!(await this.store.renew(chat, owner))) lost.abort();
    };
    const timer = setInterval(() => void renew().catch(() => undefined), this.options.renewMilliseconds ?? LEASE_MILLISECONDS / 3);
    const signal = AbortSignal.any([this.leaving.signal, lost.signal]);
    try {
      do await this.answerAll(chat, signal);
      while (!signal.aborted && !(await this.store.leave(chat, owner)));
    } finally {
      clearInterval(timer);
      if (signal.aborted) await this.store.release(chat, owner).catch(() => undefined);
    }
    return !signal.aborted;
  }

  private async answerAll(chat: string, signal: AbortSignal): Promise<void> {
    const started = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      const waiting = await this.store.list(chat);
      const next = waiting.find((body) => !started.has(body));
      if (next !== undefined && started.size < this.atATime(next)) {
        started.set(
          next,
          this.answerOne(chat, next, signal).finally(() => started.delete(next)),
        );
        continue;
      }
      if (started.size === 0) return;
      // A newer message is found while the answer to an older one is in the making.
      await Promise.race([...started.values(), sleep(this.options.lookMilliseconds ?? 200, undefined, { ref: false })]);
    }
    await Promise.allSettled(started.values());
  }

  private atATime(body: string): number {
    const { agent } = JSON.parse(body) as IncomingMessage;
    const known = this.agents.list().find(({ id }) => id === agent);
    return known?.secondMessage === 'cancel' ? MOST_AT_A_TIME : 1;
  }

  private async answerOne(chat: string, body: string, signal: AbortSignal): Promise<void> {
    const message = JSON.parse(body) as IncomingMessage;
    const { attempts = 4, retryMilliseconds = 1000 } = this.options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        await this.tryToAnswer(chat, message, signal);
        break;
      } catch (error) {
        if (error instanceof AbortedError || signal.aborted) return;
        if (attempt >= attempts) {
          this.logger.error(`${message.agent}: a message was given up after ${attempt} tries.`);
          break;
        }
        await sleep(retryMilliseconds * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
      }
    }
    if (!signal.aborted) await this.store.remove(chat, body);
  }

  private async tryToAnswer(chat: string, message: IncomingMessage, signal: AbortSignal): Promise<void> {
    const bot = this.findBot(message);
    if (bot === undefined) {
      this.logger.warn(`${message.agent} has no ${message.channel} any more: a message is not answered.`);
      return;
    }
    const name = (part: string) => `${part} ${message.id}`;
    const claims = {
      claim: (part: string) => this.store.claim(chat, name(part)),
      giveBack: (part: string) => this.store.unclaim(chat, name(part)),
    };
    await this.conversation.answer(message, bot, claims, signal);
  }
}
