import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  eventually,
  OTHER_TELEGRAM_TOKEN,
  startTelegramStandIn,
  TELEGRAM_TOKEN,
  type TelegramChat,
  type TelegramStandIn,
} from '@parlance/testing';
import { AgentDirectory } from './agents.js';
import { startGateway, type RunningGateway } from './gateway.js';

type Update = Parameters<TelegramStandIn['deliver']>[0];

const DEADLINE_MILLISECONDS = 60_000;

/** A whole gateway with Telegram before it: the agent `called` is one bot, and `shower`, which shows what it heard, another. */
export class TelegramWorld {
  private people = 1000;

  private constructor(
    readonly gateway: RunningGateway,
    readonly telegram: TelegramStandIn,
    readonly agents: AgentDirectory,
    /** What the gateway stores. */
    readonly directory: string,
  ) {}

  static async start(): Promise<TelegramWorld> {
    const telegram = await startTelegramStandIn();
    const agents = new AgentDirectory();
    const directory = mkdtempSync(join(tmpdir(), 'parlance-telegram-'));
    agents.write('called.json', echoingBot(telegram, { token: 'env:CALLED_TOKEN', mode: 'webhook' }));
    const shower = { show_transcript: true, quote: false };
    agents.write('shower.json', echoingBot(telegram, { token: 'env:SHOWER_TOKEN', mode: 'webhook' }, shower));
    const gateway = await startGateway({
      PARLANCE_AGENTS_DIR: agents.path,
      PARLANCE_DATA_DIR: directory,
      CALLED_TOKEN: TELEGRAM_TOKEN,
      SHOWER_TOKEN: OTHER_TELEGRAM_TOKEN,
    });
    const world = new TelegramWorld(gateway, telegram, agents, directory);
    const areCalled = async () => [TELEGRAM_TOKEN, OTHER_TELEGRAM_TOKEN].every((token) => telegram.account(token).hook !== undefined);
    await eventually(areCalled, 'A webhook was not registered.', DEADLINE_MILLISECONDS);
    return world;
  }

  /** Of somebody new. */
  chat(more: Partial<TelegramChat> = {}): TelegramChat {
    this.people += 1;
    return this.telegram.chats.add({ id: this.people, first_name: 'Ada', ...more });
  }

  /** What the bot has sent there. */
  sentTo({ id }: TelegramChat, token = TELEGRAM_TOKEN) {
    return this.telegram.account(token).sent.filter(({ chat }) => chat === id);
  }

  /** Once so much was sent there. */
  async answers(chat: TelegramChat, count = 1, token = TELEGRAM_TOKEN) {
    await eventually(async () => this.sentTo(chat, token).length >= count, 'There was no answer.', DEADLINE_MILLISECONDS);
    return this.sentTo(chat, token);
  }

  /** What the bot has sent there when everything that came until now has been answered: messages are answered in order. */
  async allAnswers(chat: TelegramChat) {
    const word = `That was all ${this.people}`;
    await this.telegram.deliver(this.telegram.posts.text(chat, word));
    const isThere = async () => this.sentTo(chat).at(-1)?.text === word;
    await eventually(isThere, 'The conversation does not go on.', DEADLINE_MILLISECONDS);
    return this.sentTo(chat).slice(0, -1);
  }

  /** As Telegram calls, to whichever agent and with whatever secret. */
  call(agent: string, update: Update | string, secret?: string): Promise<Response> {
    return fetch(`${this.gateway.url}/webhooks/telegram/${agent}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(secret !== undefined && { 'x-telegram-bot-api-secret-token': secret }) },
      body: typeof update === 'string' ? update : JSON.stringify(update),
    });
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.telegram.close();
    this.agents.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Repeats what it is told; speaks where it was spoken to, and where it is asked to say something. */
export function echoingBot({ url }: TelegramStandIn, telegram: object, more: object = {}): object {
  return {
    graph: 'echo',
    graph_settings: { voice_for_voice: true },
    voice_settings: { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['say'], max_file_size_mb: 1 },
    channels: { telegram: { ...telegram, base_url: url }, ...more },
  };
}
