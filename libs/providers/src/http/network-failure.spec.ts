import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { CERTIFICATE_PROGRAMS, describeWithProgram, freePort, makeCertificate, type Certificate } from '@parlance/testing';
import { errors } from 'undici';
import { createProvider } from '../create-provider.js';
import { CONNECTION_RESET, ConnectionPools } from './connection-pools.js';
import { networkFailure } from './network-failure.js';

const request = { text: 'Hello.', voice: 'alloy', language: 'en', format: 'pcm', speed: 1, pitch: 0, volumeGain: 0 } as const;
const models = { 'openai-compatible': 'tts-1', 'openai-realtime': 'gpt-realtime-2.1-mini' } as const;
const pools = new ConnectionPools({ connectMilliseconds: 5000 });
afterAll(() => pools.close());

/** What speech fails with. */
async function failureAt(baseUrl: string, provider: keyof typeof models): Promise<unknown> {
  const { speech } = createProvider({ name: 'vendor', provider, options: { apiKey: 'sk-0123456789', baseUrl } }, pools, {});
  return speech!.speak({ ...request, model: models[provider] }, new AbortController().signal).catch((error: unknown) => error);
}

describe('networkFailure', () => {
  const failing = (code?: string) => Object.assign(new Error('connect 10.0.0.7:443'), { code });
  const [late, unreachable, broken] = [/did not answer in time/, /cannot be reached/, /connection to vendor broke/] as const;

  it.each<[unknown, string, RegExp]>([
    [new errors.HeadersTimeoutError(), 'timeout', late],
    [new errors.BodyTimeoutError(), 'timeout', late],
    [new errors.ConnectTimeoutError(), 'timeout', late],
    ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].map((code): [unknown, string, RegExp] => [
      failing(code),
      'timeout',
      unreachable,
    ]),
    ...['ECONNRESET', 'UND_ERR_SOCKET', CONNECTION_RESET].map((code): [unknown, string, RegExp] => [failing(code), 'timeout', broken]),
    [failing('HPE_INVALID_CONSTANT'), 'server', broken],
    [failing(), 'server', broken],
    ['no error', 'server', broken],
  ])('of %p is %s, without an address', (cause, code, message) => {
    const failure = networkFailure(cause, 'vendor');
    expect(failure).toMatchObject({ code, provider: 'vendor', cause });
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toContain('10.0.0.7');
  });
});

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
