import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  eventually,
  OPENAI_KEY,
  RedisServer,
  startOpenaiStandIn,
  startTelegramStandIn,
  STEADY_REDIS_ENVIRONMENT,
  TELEGRAM_TOKEN,
  type StandIn,
  type TelegramChat,
  type TelegramStandIn,
} from '@parlance/testing';
import { AgentDirectory } from '../../e2e/support/agents.js';
import { GatewayProcess } from './gateway-process.js';

type Update = Parameters<TelegramStandIn['deliver']>[0];

/** A gateway in a process of its own, with a vendor of its own: who speaks is seen by which vendor is asked. */
export interface ChannelReplica {
  gateway: GatewayProcess;
  vendor: StandIn;
}

const DEADLINE_MILLISECONDS = 100_000;

/** Two of them with one Redis, and one bot of Telegram's before both. */
export class ChannelReplicas {
  private people = 100;

  private constructor(
    readonly all: readonly ChannelReplica[],
    readonly telegram: TelegramStandIn,
    readonly redis: RedisServer,
    private readonly agents: AgentDirectory,
    private readonly directory: string,
  ) {}

  static async start(mode: 'webhook' | 'polling'): Promise<ChannelReplicas> {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-channels-'));
    const agents = new AgentDirectory();
    const [redis, telegram] = await Promise.all([RedisServer.start(), startTelegramStandIn()]);
    const intent = { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['say'] };
    const channels = { telegram: { token: 'env:BOT_TOKEN', mode, base_url: telegram.url } };
    agents.write('called.json', { graph: 'echo', voice_settings: intent, channels });
    const shared = { REDIS_URL: redis.url, ...STEADY_REDIS_ENVIRONMENT };
    const environment = { ...shared, PARLANCE_AGENTS_DIR: agents.path, BOT_TOKEN: TELEGRAM_TOKEN };
    const all = await Promise.all([startReplica(directory, 'a', environment), startReplica(directory, 'b', environment)]);
    return new ChannelReplicas(all, telegram, redis, agents, directory);
  }

  /** Of somebody new. */
  chat(): TelegramChat {
    this.people += 1;
    return this.telegram.chats.add({ id: this.people });
  }

  /** Tells one of the processes what somebody has written. @returns what became of it */
  async says(replica: number, chat: TelegramChat, text: string) {
    return this.tell(replica, this.telegram.posts.text(chat, text));
  }

  async tell(replica: number, update: Update) {
    const account = this.telegram.account();
    await eventually(async () => account.hook !== undefined, 'The webhook was not registered.', DEADLINE_MILLISECONDS);
    account.hook = { ...account.hook!, url: `${this.all[replica]!.gateway.url}/webhooks/telegram/called` };
    return this.telegram.deliver(update, { attempts: 1, timeoutMilliseconds: 30_000 });
  }

  sentTo({ id }: TelegramChat) {
    return this.telegram.account().sent.filter(({ chat }) => chat === id);
  }

  /** The words of what was sent there, once it is so much. */
  async answers(chat: TelegramChat, count = 1): Promise<(string | undefined)[]> {
    await eventually(async () => this.sentTo(chat).length >= count, 'There was no answer.', DEADLINE_MILLISECONDS);
    return this.sentTo(chat).map(({ text, caption }) => text ?? caption);
  }

  /** The process whose vendor is asked for speech, once one is. */
  async speaking(): Promise<ChannelReplica> {
    const isAsked = ({ vendor }: ChannelReplica) => vendor.calls.length > 0;
    await eventually(async () => this.all.some(isAsked), 'Nobody speaks.', DEADLINE_MILLISECONDS);
    return this.all.find(isAsked)!;
  }

  /** Whoever speaks next is made to wait. */
  hold(release: Promise<void>): void {
    for (const { vendor } of this.all) {
      vendor.reset();
      vendor.fail({ kind: 'late', release });
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(({ gateway }) => gateway.kill()));
    await Promise.all([this.redis.stop(), this.telegram.close(), ...this.all.map(({ vendor }) => vendor.close())]);
    this.agents.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function startReplica(directory: string, name: string, environment: Readonly<Record<string, string>>): Promise<ChannelReplica> {
  const vendor = await startOpenaiStandIn();
  const file = join(directory, `${name}.config.yaml`);
  const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
  writeFileSync(file, JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }));
  const gateway = await GatewayProcess.start(directory, {
    PARLANCE_CONFIG_FILE: file,
    PARLANCE_DATA_DIR: join(directory, name),
    PARLANCE_SPEECH_PLAN: 'vendor',
    PARLANCE_TRANSCRIPTION_PLAN: 'vendor',
    PARLANCE_RETRIES: '0',
    // The vendor may be silent for longer than the test takes.
    PARLANCE_FIRST_BYTE_MILLISECONDS: '600000',
    PARLANCE_DEADLINE_MILLISECONDS: '3600000',
    // One test waits until it is over; for the others it is far more than they need.
    PARLANCE_STOP_GRACE_MILLISECONDS: '10000',
    ...environment,
  });
  return { gateway, vendor };
}
