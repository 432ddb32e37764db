import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChannelBots } from '@parlance/channels';
import {
  eventually,
  startWhatsAppStandIn,
  WHATSAPP_APP_SECRET,
  WHATSAPP_PHONE_NUMBER_ID,
  WHATSAPP_TOKEN,
  WHATSAPP_VERIFY_TOKEN,
  type WhatsAppPerson,
  type WhatsAppStandIn,
} from '@parlance/testing';
import { AgentDirectory } from './agents.js';
import { startGateway, type RunningGateway } from './gateway.js';

const DEADLINE_MILLISECONDS = 60_000;

/** A whole gateway with WhatsApp before it: the agent `called` has its one telephone number. */
export class WhatsAppWorld {
  private people = 0;

  private constructor(
    readonly gateway: RunningGateway,
    readonly whatsapp: WhatsAppStandIn,
    private readonly agents: AgentDirectory,
    /** What the gateway stores. */
    readonly directory: string,
  ) {}

  static async start(): Promise<WhatsAppWorld> {
    const whatsapp = await startWhatsAppStandIn({ reports: ['sent', 'delivered', 'read'], answerMilliseconds: 20_000 });
    const agents = new AgentDirectory();
    const directory = mkdtempSync(join(tmpdir(), 'parlance-whatsapp-'));
    agents.write('called.json', echoingNumber(whatsapp));
    const gateway = await startGateway({
      PARLANCE_AGENTS_DIR: agents.path,
      PARLANCE_DATA_DIR: directory,
      WHATSAPP_TOKEN,
      WHATSAPP_APP_SECRET,
      WHATSAPP_VERIFY_TOKEN,
    });
    return new WhatsAppWorld(gateway, whatsapp, agents, directory);
  }

  get webhook(): string {
    return `${this.gateway.url}/webhooks/whatsapp/called`;
  }

  /** What the platform has told of messages that were sent. */
  get statuses() {
    return this.gateway.application.get(ChannelBots, { strict: false }).whatsapp('called').statuses;
  }

  /** Somebody new. */
  person(known: Partial<WhatsAppPerson> = { phone: `49151${1_000_000 + this.people}` }): WhatsAppPerson {
    this.people += 1;
    return this.whatsapp.meet({ name: 'Ada', ...known });
  }

  sentTo(person: WhatsAppPerson) {
    return this.whatsapp.sent.filter((sent) => sent.person === person);
  }

  /** Once so much was sent to them. */
  async answers(person: WhatsAppPerson, count = 1) {
    await eventually(async () => this.sentTo(person).length >= count, 'There was no answer.', DEADLINE_MILLISECONDS);
    return this.sentTo(person);
  }

  /** What was sent to them when everything that came until now has been answered: messages are answered in order. */
  async allAnswers(person: WhatsAppPerson) {
    const word = `That was all ${this.people}`;
    await this.whatsapp.deliver([this.whatsapp.text(person, word)]);
    const isThere = async () => this.textsTo(person).at(-1) === word;
    await eventually(isThere, 'The conversation does not go on.', DEADLINE_MILLISECONDS);
    return this.sentTo(person).slice(0, -1);
  }

  textsTo(person: WhatsAppPerson) {
    return this.sentTo(person).map(({ content }) => (content.type === 'text' ? content.text : undefined));
  }

  async close(): Promise<void> {
    await this.gateway.close();
    await this.whatsapp.close();
    this.agents.remove();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The settings of an agent with that number, which says again what it is told, and speaks where it is told to say something. */
export function echoingNumber({ url }: WhatsAppStandIn): object {
  return {
    graph: 'echo',
    graph_settings: { voice_for_voice: true },
    voice_settings: { enabled: true, intent_detection_mode: 'keywords', intent_keywords: ['say'], max_file_size_mb: 1 },
    channels: {
      whatsapp: {
        phone_number_id: WHATSAPP_PHONE_NUMBER_ID,
        token: 'env:WHATSAPP_TOKEN',
        app_secret: 'env:WHATSAPP_APP_SECRET',
        verify_token: 'env:WHATSAPP_VERIFY_TOKEN',
        base_url: url,
      },
    },
  };
}
