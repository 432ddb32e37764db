import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FaultProxy, OPENAI_KEY, startOpenaiStandIn, type StandIn } from '@parlance/testing';
import { Upstreams, type UpstreamEvent } from '@parlance/voice';
import OpenAI from 'openai';
import { createWatchedGateway } from '../../e2e/support/watched-gateway.js';

/** One vendor, and the network on the way to it. */
export interface FleetVendor {
  standIn: StandIn;
  network: FaultProxy;
}

/** The assembled gateway with two vendors, `first` and `second`, each behind a network that can fail. */
export interface Fleet {
  url: string;
  client: OpenAI;
  first: FleetVendor;
  second: FleetVendor;
  application: NestFastifyApplication;
  /** Directory of stored objects. */
  directory: string;
  /** What breakers have told since the last reset. */
  events: UpstreamEvent[];
  /** Vendors, networks and breakers as new. */
  reset: () => Promise<void>;
  /** @throws Error when its log has something private in it */
  close: () => Promise<void>;
}

const TENANTS = { 'no-first': { deny: ['first'] }, 'only-second': { allow: ['second'] }, nobody: { allow: [] } };

export interface FleetOptions {
  environment?: Readonly<Record<string, string>>;
  /** More for the configuration file. */
  configuration?: { tenants?: object; prices?: object };
  /** More for the account of the first vendor. */
  firstAccount?: object;
  /** Each vendor as it is to be; default: OpenAI's stand-in. */
  vendor?: () => Promise<StandIn>;
  /** Another one whose vendors this one has, too. It is to be closed after this one. */
  beside?: Fleet;
}

export async function startFleet(options: FleetOptions = {}): Promise<Fleet> {
  const { environment = {}, vendor = startOpenaiStandIn, configuration = {}, firstAccount = {}, beside } = options;
  const directory = mkdtempSync(join(tmpdir(), 'parlance-chaos-'));
  const { first, second } = beside ?? { first: await startVendor(vendor), second: await startVendor(vendor) };
  const account = (name: string, { network }: FleetVendor) => ({
    name,
    provider: 'openai-compatible',
    options: { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${network.url}/v1` },
  });
  const file = join(directory, 'parlance.config.yaml');
  const providers = [{ ...account('first', first), ...firstAccount }, account('second', second)];
  writeFileSync(file, JSON.stringify({ providers, tenants: TENANTS, ...configuration }));
  const { application, stop } = await createWatchedGateway({
    PORT: '0',
    PARLANCE_DATA_DIR: join(directory, 'data'),
    PARLANCE_CONFIG_FILE: file,
    PARLANCE_SPEECH_PLAN: 'first,second',
    PARLANCE_TRANSCRIPTION_PLAN: 'first,second',
    PARLANCE_RETRIES: '0',
    // A machine that is short of time must not look like vendors that are silent: specs about those set their own.
    PARLANCE_FIRST_BYTE_MILLISECONDS: '20000',
    PARLANCE_IDLE_MILLISECONDS: '20000',
    ...environment,
  });
  const url = (await application.getUrl()).replace('[::1]', '127.0.0.1');
  const events: UpstreamEvent[] = [];
  application.get(Upstreams).subscribe((event) => events.push(event));
  const reset = async () => {
    for (const [name, { standIn, network }] of Object.entries({ first, second })) {
      await network.pass();
      standIn.reset();
      application.get(Upstreams).reset(name);
    }
    events.length = 0;
  };
  await ready(url);
  await reset();
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none needed', maxRetries: 0 }),
    first,
    second,
    application,
    directory: join(directory, 'data'),
    events,
    reset,
    close: async () => {
      try {
        await stop(2000);
      } finally {
        for (const { standIn, network } of beside === undefined ? [first, second] : []) {
          await network.close();
          await standIn.close();
        }
        rmSync(directory, { recursive: true, force: true });
      }
    },
  };
}

/** Waits until it is so: for what happens on the other side of a socket, or after a time that has been set. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

async function startVendor(vendor: () => Promise<StandIn>): Promise<FleetVendor> {
  const standIn = await vendor();
  return { standIn, network: await FaultProxy.start(standIn.url) };
}

async function ready(url: string): Promise<void> {
  await until(async () => (await fetch(`${url}/health/ready`)).ok);
}
