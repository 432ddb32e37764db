import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY_FLAGS } from '../../scripts/lib/gateway-flags.mjs';
import { speechBody, speechHeaders, TEXT_OF_20_KB } from './requests.js';
import { ServerProcess } from './server-process.js';
import type { Verdict } from './verdicts.js';

export interface Effort {
  /** Counted, after one to warm up. */
  rounds: number;
  isQuick: boolean;
}

export interface Findings {
  markdown: string;
  verdicts: readonly Verdict[];
}

export interface Scenario {
  name: string;
  /** How long it takes, about, until rounds begin. */
  secondsBefore: number;
  /** And each round, with all its contenders. */
  secondsPerRound: number;
  run: (bench: Bench) => Promise<Findings>;
}

/** By their text: every scenario would make the same again. */
const samples = new Map<string, Buffer>();

/** What one scenario has begun, and a folder of its own: all of it is gone at its end. */
export class Bench {
  private readonly started: ServerProcess[] = [];

  private constructor(
    readonly directory: string,
    readonly effort: Effort,
  ) {}

  static async with<Result>(effort: Effort, work: (bench: Bench) => Promise<Result>): Promise<Result> {
    const bench = new Bench(await mkdtemp(join(tmpdir(), 'parlance-bench-')), effort);
    try {
      return await work(bench);
    } finally {
      await Promise.all(bench.started.map((server) => server.stop()));
      await rm(bench.directory, { recursive: true, force: true });
    }
  }

  get rounds(): number {
    return this.effort.rounds;
  }

  /** For how many milliseconds servers are asked before anything counts. */
  get warmUp(): number {
    return this.amount(8000, 3500);
  }

  /**
   * What of each round does not count: the others were asked before it, and memory that rests for five seconds takes 12 µs a
   * page to be touched again on the virtual machines that this was written on (14 ns else, 1.4 µs after half a second). Of a
   * server that has rested so long the first thousand requests take up to five times the processor.
   */
  get steady(): { ramp: number; lead: number } {
    return { ramp: 0, lead: this.amount(2000, 0) };
  }

  /** `full`, or the little that is enough to see that it works. */
  amount(full: number, quick: number): number {
    return this.effort.isQuick ? quick : full;
  }

  readonly start: typeof ServerProcess.start = async (...args) => {
    const server = await ServerProcess.start(...args);
    this.started.push(server);
    return server;
  };

  /** One of `bench/servers`. */
  server(name: string, args: readonly (string | number)[] = [], environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    return this.start(serverFile(name), args.map(String), environment);
  }

  /** The gateway with its embedded engines, keeping its data in a folder of its own. */
  gateway(name = 'embedded', environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const settings = { PORT: '0', PARLANCE_DATA_DIR: join(this.directory, name), PARLANCE_LOG_LEVEL: 'error' };
    return this.start(serverFile('gateway'), [], { ...settings, ...environment }, GATEWAY_FLAGS);
  }

  /** The gateway with these vendors as its plan for speech and transcription. */
  async gatewayTo(vendors: readonly ServerProcess[], name: string, environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const accounts = vendors.map(({ url }, index) => ({
      name: `vendor-${index}`,
      provider: 'openai-compatible',
      options: { server: 'openai', apiKey: 'none', baseUrl: `${url}/v1` },
    }));
    const file = join(this.directory, `${name}.yaml`);
    await writeFile(file, JSON.stringify({ providers: accounts }));
    const plan = accounts.map((account) => account.name).join(',');
    const plans = { PARLANCE_SPEECH_PLAN: plan, PARLANCE_TRANSCRIPTION_PLAN: plan };
    return this.gateway(name, { PARLANCE_CONFIG_FILE: file, ...plans, ...environment });
  }

  /** A file with what the embedded engine makes of `text`. */
  async speech(text = TEXT_OF_20_KB): Promise<{ file: string; bytes: number }> {
    const audio = samples.get(text) ?? (await this.sample(text));
    samples.set(text, audio);
    const file = join(this.directory, 'speech.mp3');
    await writeFile(file, audio);
    return { file, bytes: audio.length };
  }

  private async sample(text: string): Promise<Buffer> {
    const gateway = await this.gateway('sample');
    try {
      return await sampleAudio(gateway, text);
    } finally {
      this.started.splice(this.started.indexOf(gateway), 1);
      await gateway.stop();
    }
  }
}

function serverFile(name: string): URL {
  return new URL(`../servers/${name}.mjs`, import.meta.url);
}

/** What the gateway's embedded engine makes of a text, as mp3. */
export async function sampleAudio(gateway: ServerProcess, text = TEXT_OF_20_KB): Promise<Buffer> {
  const response = await fetch(`${gateway.url}/v1/audio/speech`, {
    method: 'POST',
    headers: speechHeaders,
    body: speechBody(text, 'local/flite'),
  });
  if (!response.ok) throw new Error(`The gateway answered ${response.status}.`);
  return Buffer.from(await response.arrayBuffer());
}
