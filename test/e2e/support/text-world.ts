import {
  eventually,
  startChatStandIn,
  startTelegramStandIn,
  TELEGRAM_TOKEN,
  type ChatStandIn,
  type TelegramChat,
  type TelegramStandIn,
} from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../../../apps/gateway/src/__fixtures__/fake-gateway.js';
import { AgentDirectory } from './agents.js';

const KEY = 'a-key-of-the-model';
const DEADLINE_MILLISECONDS = 60_000;

/** The gateway over a voice layer and a model that do what a test tells them to, with Telegram before it. */
export class TextWorld {
  private constructor(
    readonly gateway: FakeGateway,
    readonly telegram: TelegramStandIn,
    readonly models: ChatStandIn,
    private readonly agents: AgentDirectory,
  ) {}

  /** @param more of the agent */
  static async start(more: object = {}): Promise<TextWorld> {
    const [telegram, models] = await Promise.all([startTelegramStandIn(), startChatStandIn({ key: KEY })]);
    const agents = new AgentDirectory();
    const chat = { model: 'gpt-4o-mini', base_url: models.baseUrl, api_key: 'env:MODEL_KEY', history_depth: 100 };
    const channels = { telegram: { token: 'env:BOT_TOKEN', mode: 'webhook', base_url: telegram.url } };
    agents.write('called.json', { chat, voice_settings: { enabled: true }, channels, ...more });
    const gateway = await startFakeGateway({
      PARLANCE_AGENTS_DIR: agents.path,
      // The port of the gateway is free to be any: the address is set anew below.
      PARLANCE_PUBLIC_URL: 'http://127.0.0.1:1',
      MODEL_KEY: KEY,
      BOT_TOKEN: TELEGRAM_TOKEN,
    });
    const world = new TextWorld(gateway, telegram, models, agents);
    await eventually(async () => telegram.account().hook !== undefined, 'The webhook was not registered.', DEADLINE_MILLISECONDS);
    const hook = telegram.account().hook!;
    telegram.account().hook = { ...hook, url: `${gateway.url}/webhooks/telegram/called` };
    return world;
  }

  async says(chat: TelegramChat, text: string): Promise<void> {
    await this.telegram.deliver(this.telegram.posts.text(chat, text), { timeoutMilliseconds: DEADLINE_MILLISECONDS });
  }

  textsTo({ id }: TelegramChat): (string | undefined)[] {
    return this.telegram
      .account()
      .sent.filter(({ chat }) => chat === id)
      .map(({ text }) => text);
  }

  async answers(chat: TelegramChat, count: number): Promise<(string | undefined)[]> {
    await eventually(async () => this.textsTo(chat).length >= count, 'There was no answer.', DEADLINE_MILLISECONDS);
    return this.textsTo(chat);
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await Promise.all([this.telegram.close(), this.models.close()]);
    this.agents.remove();
  }
}

/** Something that is kept back until it is let go. */
export function held(): { hold: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const hold = new Promise<void>((resolve) => (release = resolve));
  return { hold, release: () => release() };
}
