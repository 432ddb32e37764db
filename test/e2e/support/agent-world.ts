import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import { AgentRunner, Agents, type Agent, type ErrorEvent, type Turn, type TurnEvent } from '@parlance/agent-runner';
import { loadConfiguration, ParlanceModule } from '@parlance/configuration';
import { CacheStore, ParlanceError } from '@parlance/contracts';
import {
  DEEPGRAM_KEY,
  GOOGLE_KEY,
  OPENAI_KEY,
  startDeepgramStandIn,
  startGoogleStandIn,
  startOpenaiStandIn,
  startYandexStandIn,
  YANDEX_KEY,
  type StandIn,
} from '@parlance/testing';
import { Upstreams } from '@parlance/voice';

const VENDORS = ['openai', 'google', 'yandex', 'deepgram'] as const;
export type Vendor = (typeof VENDORS)[number];

export const DOWN = { kind: 'reply', status: 500, body: '' } as const;

/** What the variable AGENT_KEY holds. */
export const AGENT_KEY = 'sk-of-the-agent';

type Json = Readonly<Record<string, unknown>>;
export type Message = Omit<Turn, 'agent'>;

/** Turns how the old platform writes an agent's voice settings into the whole agent. */
export type Shape = (voiceSettings: Json) => Json;

export const SHAPES: readonly (readonly [string, Shape])[] = [
  ['voice_settings', (voice) => ({ voice_settings: voice })],
  ['config.simple.settings.voice_settings', (voice) => ({ config: { simple: { settings: { voice_settings: voice } } } })],
];

/** The voice layer as its configuration makes it, between agents and stand-ins for the vendors they name. */
export class AgentWorld {
  private asked = 0;

  private constructor(
    /** `other` is nobody's account. */
    readonly standIns: Readonly<Record<Vendor | 'other', StandIn>>,
    readonly cache: CacheStore,
    private readonly agents: Agents,
    private readonly runner: AgentRunner,
    private readonly upstreams: Upstreams,
    private readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<AgentWorld> {
    const [openai, google, yandex, deepgram, other] = await Promise.all([
      startOpenaiStandIn(),
      startGoogleStandIn(),
      startYandexStandIn(),
      startDeepgramStandIn(),
      startOpenaiStandIn(),
    ]);
    const standIns = { openai, google, yandex, deepgram, other };
    const directory = mkdtempSync(join(tmpdir(), 'parlance-agents-'));
    const file = join(directory, 'parlance.config.yaml');
    writeFileSync(file, JSON.stringify({ providers: accountsAt(standIns) }));
    const configuration = loadConfiguration({
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_AGENTS_DIR: join(directory, 'agents'),
      PARLANCE_SPEECH_PLAN: 'deepgram',
      PARLANCE_TRANSCRIPTION_PLAN: 'deepgram',
      PARLANCE_RETRIES: '0',
      PARLANCE_FFMPEG: 'off',
      HOUSE_KEY: OPENAI_KEY,
      OTHER_KEY: OPENAI_KEY,
      AGENT_KEY,
    });
    const parlance = await NestFactory.createApplicationContext(ParlanceModule.forRoot(configuration), { logger: false });
    const stop = async () => {
      await parlance.close();
      await Promise.all(Object.values(standIns).map((standIn) => standIn.close()));
      rmSync(directory, { recursive: true, force: true });
    };
    const parts = [parlance.get<CacheStore>(CacheStore), parlance.get(Agents), parlance.get(AgentRunner), parlance.get(Upstreams)] as const;
    return new AgentWorld(standIns, ...parts, stop);
  }

  /** An agent with a tenant of its own: nobody has its cache or its limits. */
  agent(value: Json, source: 'read' | 'fromRequest' = 'read'): Agent {
    return this.agents[source]({ agent_id: 'assistant', tenant: `tenant-${++this.asked}`, ...value });
  }

  /** All that comes of a message; one that is not taken at all ends as one that fails. */
  async turn(agent: Agent, message: Message): Promise<TurnEvent[]> {
    const events: TurnEvent[] = [];
    try {
      for await (const event of this.runner.run({ agent, ...message }, new AbortController().signal)) events.push(event);
    } catch (error) {
      if (!(error instanceof ParlanceError)) throw error;
      events.push({ type: 'error', error } as ErrorEvent);
    }
    return events;
  }

  /** The accounts that were asked, each as often as it was. */
  whoWasAsked(): string[] {
    return Object.entries(this.standIns).flatMap(([name, { calls }]) => calls.map(() => name));
  }

  reset(): void {
    for (const standIn of Object.values(this.standIns)) standIn.reset();
    for (const vendor of VENDORS) this.upstreams.reset(vendor);
  }

  async close(): Promise<void> {
    await this.stop();
  }
}

function accountsAt({ openai, google, yandex, deepgram }: Readonly<Record<Vendor, StandIn>>) {
  return [
    {
      name: 'openai',
      provider: 'openai-compatible',
      options: { server: 'openai', apiKey: 'env:HOUSE_KEY', baseUrl: `${openai.url}/v1` },
    },
    {
      name: 'google',
      provider: 'google',
      options: { apiKey: GOOGLE_KEY, speechBaseUrl: google.url, transcriptionBaseUrl: google.url },
    },
    {
      name: 'yandex',
      provider: 'yandex',
      options: {
        apiKey: YANDEX_KEY,
        speechUrl: yandex.url,
        transcriptionUrl: yandex.url,
        operationUrl: yandex.url,
        pollingMilliseconds: 1,
      },
    },
    { name: 'deepgram', provider: 'deepgram', options: { apiKey: DEEPGRAM_KEY, baseUrl: deepgram.url } },
  ];
}
