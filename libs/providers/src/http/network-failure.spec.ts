import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE_PROGRAMS, describeWithProgram, freePort, makeCertificate, type Certificate } from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from './connection-pools.js';

const request = { text: 'Hello.', voice: 'alloy', language: 'en', format: 'pcm', speed: 1, pitch: 0, volumeGain: 0 } as const;
const models = { 'openai-compatible': 'tts-1', 'openai-realtime': 'gpt-realtime-2.1-mini' } as const;
const pools = new ConnectionPools({ connectMilliseconds: 5000 });
afterAll(() => pools.close());

/** What speech fails with. */
async function failureAt(baseUrl: string, provider: keyof typeof models): Promise<unknown> {
  const { speech } = createProvider({ name: 'vendor', provider, options: { apiKey: 'sk-0123456789', baseUrl } }, pools, {});
  return speech!.speak({ ...request, model: models[provider] }, new AbortController().signal).catch((error: unknown) => error);
}

describe.each(['openai-compatible', 'openai-realtime'] as const)('what keeps %s from its server', (provider) => {
  it('is nobody at its address: that may pass', async () => {
    expect(await failureAt(`http://127.0.0.1:${await freePort()}/v1`, provider)).toMatchObject({
      code: 'timeout',
      message: 'vendor cannot be reached. Check its address and the network.',
    });
  });
});

describeWithProgram(CERTIFICATE_PROGRAMS, () => {
  let certificate: Certificate;
  let server: Server;
  beforeAll(async () => {
    certificate = await makeCertificate();
    const { certificateFile, keyFile } = certificate;
    server = createServer({ cert: readFileSync(certificateFile), key: readFileSync(keyFile) }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    server.close();
    await certificate.remove();
  });

  it.each(['openai-compatible', 'openai-realtime'] as const)('a certificate that %s does not trust is told', async (provider) => {
    expect(await failureAt(`https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, provider)).toMatchObject({
      code: 'server',
      message: expect.stringMatching(/^vendor cannot be called safely\. .* NODE_EXTRA_CA_CERTS/),
    });
  });
});
