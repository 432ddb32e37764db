import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { freePort } from '@parlance/testing';
import OpenAI from 'openai';
import type { GatewayLog } from './gateway-log.js';
import { createWatchedGateway } from './watched-gateway.js';

/** The whole gateway with its real engines, and the official client of the API it stands in for. */
export interface RunningGateway {
  url: string;
  client: OpenAI;
  application: NestFastifyApplication;
  log: GatewayLog;
  /** @throws Error when its log has something private in it */
  close: () => Promise<void>;
}

export async function startGateway(environment: Readonly<Record<string, string>> = {}, apiKey = 'none needed'): Promise<RunningGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'parlance-e2e-'));
  // Links to stored audio hold the port, so it must be known before the gateway listens.
  const port = await freePort();
  const { application, log, stop } = await createWatchedGateway({ PORT: String(port), PARLANCE_DATA_DIR: directory, ...environment });
  const url = `http://127.0.0.1:${port}`;
  await ready(url);
  return {
    url,
    client: new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 }),
    application,
    log,
    close: () => stop().finally(() => rmSync(directory, { recursive: true, force: true })),
  };
}

async function ready(url: string): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${url}/health/ready`);
    if (status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
