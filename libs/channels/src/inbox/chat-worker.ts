import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agents } from '@parlance/agent-runner';
import { AbortedError, LinkedController } from '@parlance/contracts';
import { Logger } from '@nestjs/common';
import { ChannelObservers, type IncomingNews } from '../channel-observers.js';
import type { ChannelBot, IncomingMessage } from '../channel.types.js';
import { codeOf } from '../code-of.js';
import type { Claims, Conversation, Order, Part } from '../conversation/conversation.js';
import { WatchedBot } from '../watched-bot.js';
import { chatOf } from './chat-queue.js';
import { LEASE_MILLISECONDS, type InboxStore } from './inbox-store.js';
import { InboxAwayError, PartClaims, type PartClaimsOptions } from './part-claims.js';

/** Finds the bot that a message came to; `undefined` when it is not there any more. */
export type FindBot = (message: IncomingMessage) => ChannelBot | undefined;

export interface ChatWorkerOptions extends PartClaimsOptions {
  /** How often a message is tried; default 4. */
  attempts?: number;
  /** Before the second try, doubled for each more; default 1000. */
  retryMilliseconds?: number;
  /** How often a conversation with an answer in the making is looked at for a newer message; default 200. */
  lookMilliseconds?: number;
  renewMilliseconds?: number;
  /** Told of every message that is seen to, and of every one that is sent. */
  observers?: ChannelObservers;
}

const PARTS: readonly Part[] = ['transcript', 'answer'];

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
  private readonly claims: PartClaims;
  private readonly observers: ChannelObservers;

  constructor(
    private readonly store: InboxStore,
    private readonly conversation: Conversation,
    private readonly agents: Agents,
    private readonly findBot: FindBot,
    private readonly options: ChatWorkerOptions = {},
  ) {
    // Each conversation that is being worked on listens to it: Node takes more than ten listeners for a leak, and says so.
    setMaxListeners(0, this.leaving.signal);
    this.claims = new PartClaims(store, this.owner, this.leaving.signal, options);
    this.observers = options.observers ?? new ChannelObservers();
  }

  /**
   * Answers everything of a conversation. Never rejects because of a message, but does when the inbox cannot be reached.
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

  /** Has a message that was answered without this inbox answered by nobody else. @throws what the inbox throws */
  async settle(message: IncomingMessage): Promise<void> {
    const chat = chatOf(message);
    const body = JSON.stringify(message);
    for (const part of PARTS) await this.store.claim(chat, nameOf(part, message), this.owner);
    await this.store.put(chat, message.id, body);
    await this.store.remove(chat, body);
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
    const giveUp = new LinkedController(this.leaving.signal);
    let isLeaving = false;
    const renew = async () => {
      // What was given up must not be taken again.
      if ((await this.store.renew(chat, owner)) || isLeaving) return;
      // A Redis that was started anew knows nobody, and perhaps nobody has come meanwhile.
      if (!(await this.store.lease(chat, owner))) giveUp.abort();
    };
    const timer = setInterval(() => void renew().catch(() => undefined), this.options.renewMilliseconds ?? LEASE_MILLISECONDS / 3);
    const { signal } = giveUp;
    let hasLeft = false;
    try {
      while (!signal.aborted && !hasLeft) {
        await this.answerAll(chat, signal);
        isLeaving = true;
        hasLeft = !signal.aborted && (await this.store.leave(chat, owner));
        isLeaving = hasLeft;
      }
    } finally {
      isLeaving = true;
      clearInterval(timer);
      giveUp.unlink();
      if (!hasLeft) await this.store.release(chat, owner).catch(() => undefined);
    }
    return !signal.aborted;
  }

  private async answerAll(chat: string, signal: AbortSignal): Promise<void> {
    const started = new Map<string, Promise<void>>();
    let before = Promise.resolve();
    try {
      while (!signal.aborted) {
        const waiting = await this.store.list(chat);
        const next = waiting.find((body) => !started.has(body));
        if (next !== undefined && started.size < this.atATime(next)) {
          const begun = this.begin(started, chat, next, before, signal);
          before = Promise.all([before, begun]).then(() => undefined);
          continue;
        }
        if (started.size === 0) return;
        // A newer message is found while the answer to an older one is in the making.
        await Promise.race([...started.values(), sleep(this.options.lookMilliseconds ?? 200, undefined, { ref: false })]);
      }
    } finally {
      await Promise.allSettled(started.values());
    }
  }

  /** @returns a promise of its turn having begun */
  private begin(
    started: Map<string, Promise<void>>,
    chat: string,
    body: string,
    before: Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    return new Promise((begun) => {
      const answered = this.answerOne(chat, body, { before, begun }, signal).finally(() => {
        begun();
        started.delete(body);
      });
      // Whoever waits for it hears of its failure; nobody may, where another fails first.
      answered.catch(() => undefined);
      started.set(body, answered);
    });
  }

  private atATime(body: string): number {
    const { agent } = JSON.parse(body) as IncomingMessage;
    return this.agents.find(agent)?.secondMessage === 'cancel' ? MOST_AT_A_TIME : 1;
  }

  private async answerOne(chat: string, body: string, order: Order, signal: AbortSignal): Promise<void> {
    const message = JSON.parse(body) as IncomingMessage;
    const { attempts = 4, retryMilliseconds = 1000 } = this.options;
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        this.seenTo(message, await this.tryToAnswer(chat, message, order, signal));
        break;
      } catch (error) {
        if (error instanceof AbortedError || signal.aborted) return;
        if (error instanceof InboxAwayError) throw error;
        if (attempt >= attempts) {
          this.logger.error(`${message.agent}: a message was given up after ${attempt} tries: ${codeOf(error)}`);
          this.seenTo(message, 'abandoned');
          break;
        }
        await sleep(retryMilliseconds * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
      }
    }
    if (!signal.aborted) await this.store.remove(chat, body);
  }

  private seenTo({ channel, content }: IncomingMessage, outcome: IncomingNews['outcome']): void {
    // Those are no message of a person.
    if (content.type === 'words') return;
    this.observers.tell({ type: 'incoming', channel, outcome });
  }

  private async tryToAnswer(chat: string, message: IncomingMessage, order: Order, signal: AbortSignal): Promise<IncomingNews['outcome']> {
    const bot = this.findBot(message);
    if (bot === undefined) {
      this.logger.warn(`${message.agent} has no ${message.channel} any more: a message is not answered.`);
      return 'no_bot';
    }
    const claims: Claims = {
      claim: (part) => this.claims.claim(chat, nameOf(part, message), signal),
      giveBack: (part) => this.claims.giveBack(chat, nameOf(part, message)),
    };
    await this.conversation.answer(message, new WatchedBot(bot, message.channel, this.observers), claims, signal, order);
    return 'answered';
  }
}

function nameOf(part: Part, { id }: IncomingMessage): string {
  return `${part} ${id}`;
}
