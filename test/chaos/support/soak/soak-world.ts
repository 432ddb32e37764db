import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, TELEGRAM_TOKEN, type TelegramChat, type WhatsAppIncoming } from '@parlance/testing';
import { AgentDirectory } from '../../../e2e/support/agents.js';
import { SoakClient } from './soak-client.js';
import { soakEnvironment, writeAgents } from './soak-settings.js';
import { startSharedServers, type SharedServers } from './shared-servers.js';
import { SoakVendors } from './soak-vendors.js';
import { faultFor } from './vendor-faults.js';
import { WatchedGateway } from './watched-gateway.js';

const PEOPLE = 200;
const DEADLINE_MILLISECONDS = 120_000;
/** What the embedded recogniser keeps in the system's folder, for all processes. */
const KEPT_FOLDER = /^parlance-[^-]+$/;

type Update = Parameters<SoakVendors['telegram']['deliver']>[0];

/** One gateway, or two that share servers, between vendors and platforms that stand in, and callers. */
export class SoakWorld {
  readonly gateways: WatchedGateway[] = [];
  readonly client = new SoakClient();
  private readonly chats = new Map<number, TelegramChat>();
  private count = 0;
  private people = 0;
  private turn = 0;

  private constructor(
    readonly vendors: SoakVendors,
    private readonly shared: SharedServers | undefined,
    private readonly agents: AgentDirectory,
    private readonly directory: string,
  ) {}

  /** @param isShared two gateways with Redis, and with S3 where there is one; default: one by itself */
  static async start(isShared = false): Promise<SoakWorld> {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-soak-'));
    mkdirSync(join(directory, 'temporary'));
    const [vendors, shared] = await Promise.all([SoakVendors.start(), isShared ? startSharedServers() : undefined]);
    const world = new SoakWorld(vendors, shared, new AgentDirectory(), directory);
    try {
      await world.startGateways(isShared ? 2 : 1);
      await world.connectPlatforms();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  /** Of the gateway whose turn it is. */
  get url(): string {
    this.turn += 1;
    return this.gateways[this.turn % this.gateways.length]!.url;
  }

  get whatsapp() {
    return this.vendors.whatsapp;
  }

  /** A number that nobody has had before. */
  next(): number {
    this.count += 1;
    return this.count;
  }

  /** A text that nobody has asked for before. */
  newText(): string {
    return `This is sentence number ${this.next()}.`;
  }

  pause(milliseconds: number): Promise<void> {
    return sleep(milliseconds);
  }

  /** Has the next call of the first vendor fail, now and then; the second one is always well. */
  maybeFail(): void {
    const fault = faultFor(Math.random());
    if (fault !== undefined) this.vendors.first.fail(fault);
  }

  /** One of some people who come back. */
  telegramChat(): { chat: TelegramChat; posts: SoakVendors['telegram']['posts']; answered: () => Promise<void> } {
    const { telegram } = this.vendors;
    const id = this.nextPerson();
    const chat = this.chats.get(id) ?? telegram.chats.add({ id, first_name: 'Ada' });
    this.chats.set(id, chat);
    const sent = () => telegram.account().sent.filter((message) => message.chat === chat.id).length;
    return { chat, posts: telegram.posts, answered: untilMore(sent) };
  }

  async deliverToTelegram(update: Update): Promise<void> {
    const { telegram } = this.vendors;
    const account = telegram.account();
    account.hook = { ...account.hook!, url: `${this.url}/webhooks/telegram/caller` };
    const [status] = await telegram.deliver(update, { attempts: 1, timeoutMilliseconds: DEADLINE_MILLISECONDS });
    if (status !== 200) throw new Error(`The webhook of Telegram answered ${status}.`);
  }

  whatsappPerson() {
    const person = this.whatsapp.meet({ name: 'Ada', phone: `49151${this.nextPerson()}` });
    const sent = () => this.whatsapp.sent.filter((message) => message.person.phone === person.phone).length;
    return { person, answered: untilMore(sent) };
  }

  async deliverToWhatsapp(message: WhatsAppIncoming): Promise<void> {
    const [status] = await this.whatsapp.deliver([message]);
    if (status !== 200) throw new Error(`The webhook of WhatsApp answered ${status}.`);
  }

  /** Nothing is under way after that, nothing is kept open, and stand-ins have forgotten what they were asked. */
  async rest(): Promise<void> {
    await this.client.rest();
    await Promise.all(this.gateways.map((gateway) => this.untilIdle(gateway)));
    await this.vendors.rest();
  }

  /** Files in the making, of stored objects and in the folder of the system. */
  async temporaryFiles(): Promise<string[]> {
    const of = (folder: string) => readdir(join(this.directory, folder)).catch(() => []);
    const [incoming, temporary] = await Promise.all([of('data/incoming'), of('temporary')]);
    return [...incoming, ...temporary.filter((name) => !KEPT_FOLDER.test(name))];
  }

  async close(): Promise<(number | null)[]> {
    const codes = await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await Promise.all([this.client.rest(), this.vendors.close(), this.shared?.close()]);
    this.agents.remove();
    rmSync(this.directory, { recursive: true, force: true });
    return codes;
  }

  private nextPerson(): number {
    this.people += 1;
    return 1_000_000 + (this.people % PEOPLE);
  }

  private async startGateways(count: number): Promise<void> {
    const { agents, directory, vendors } = this;
    writeAgents(agents, vendors);
    const environment = { ...soakEnvironment(directory, agents, vendors), ...this.shared?.environment };
    while (this.gateways.length < count) this.gateways.push(await WatchedGateway.start(directory, environment));
  }

  private async connectPlatforms(): Promise<void> {
    const { telegram, whatsapp } = this.vendors;
    const isHooked = async () => telegram.account(TELEGRAM_TOKEN).hook !== undefined;
    await eventually(isHooked, 'The webhook of Telegram was not registered.', DEADLINE_MILLISECONDS);
    if (!(await whatsapp.register(`${this.gateways[0]!.url}/webhooks/whatsapp/caller`))) throw new Error('WhatsApp does not call.');
  }

  /** Whoever has left is still noticed, jobs that were cancelled come to their end, and the last messages are answered. */
  private async untilIdle({ url }: WatchedGateway): Promise<void> {
    const isIdle = async () => {
      const text = await (await fetch(`${url}/metrics`, { headers: { connection: 'close' } })).text();
      const sum = (series: RegExp) => [...text.matchAll(series)].reduce((all, [, value]) => all + Number(value), 0);
      // The one that asks is under way, too.
      return sum(/^parlance_http_requests_in_progress (\d+)/gm) <= 1 && sum(/^parlance_queue_depth\{[^}]*\} (\d+)/gm) === 0;
    };
    await eventually(isIdle, `The gateway does not come to rest.`, DEADLINE_MILLISECONDS);
    const isAlone = async () => this.vendors.openSockets === 0;
    await eventually(isAlone, 'A vendor is still asked.', DEADLINE_MILLISECONDS);
  }
}

function untilMore(count: () => number): () => Promise<void> {
  const before = count();
  return () => eventually(async () => count() > before, 'A message was not answered.', DEADLINE_MILLISECONDS);
}
