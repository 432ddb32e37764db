import { eventually } from '@parlance/testing';
import { toFile } from 'openai';
import { GatewayLogger } from '../../apps/gateway/src/logging/gateway-logger.js';
import { GatewayLog, watchThisProcess } from './support/gateway-log.js';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { PrivateWords } from './support/private-words.js';

const KEY = 'the-key-of-this-test';
const TEXT = 'Only the listener may know what is said here.';

interface Line {
  level: string;
  context?: string;
  requestId?: string;
  route?: string;
  status?: number;
  milliseconds?: number;
  message: string;
}

describe('the log of a gateway', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway({ PARLANCE_API_KEYS: KEY }, KEY);
  });
  afterAll(() => gateway.close());

  const lines = () =>
    gateway.log.text
      .split('\n')
      .filter((line) => line.startsWith('{"level"'))
      .map((line) => JSON.parse(line) as Line);
  /** Once the request is over, which its client knows a little earlier. */
  async function linesOf(id: string): Promise<Line[]> {
    const written = () => lines().filter(({ requestId }) => requestId === id);
    await eventually(async () => written().some(({ context }) => context === 'Request'), 'There is no line of it.', 60_000);
    return written();
  }

  async function ask(id: string, path: string, init: RequestInit = {}, more = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', 'x-request-id': id, ...more };
    return fetch(gateway.url + path, { ...init, headers });
  }

  it('has one line of each request when it is over, and its id and route in all others', async () => {
    const body = JSON.stringify({ model: 'local/flite', voice: 'alloy', input: TEXT });
    const answer = await ask('one-request', '/v1/audio/speech?text=a-text-in-the-address', { method: 'POST', body });
    await answer.arrayBuffer();
    const written = await linesOf('one-request');
    expect(written.filter(({ context }) => context === 'Request')).toMatchObject([
      { level: 'info', route: '/v1/audio/speech', status: 200, milliseconds: expect.any(Number) },
    ]);
    expect(written.map(({ context }) => context)).toContain('Trace');
    expect(new Set(written.map(({ route }) => route))).toEqual(new Set(['/v1/audio/speech']));
    expect(gateway.log.text).not.toContain('a-text-in-the-address');
  });

  it('shows the pattern of an address, and nothing that came with it', async () => {
    const headers = { authorization: 'Bearer not-the-right-key', cookie: 'session=of-somebody', 'x-api-key': 'another-key' };
    expect((await ask('refused', '/v1/files/a-name-of-a-file?signature=of-nobody', {}, headers)).status).toBe(401);
    expect((await ask('nowhere', '/a-way-to-nowhere')).status).toBe(404);
    expect(await linesOf('refused')).toMatchObject([{ route: '/v1/files/:id', status: 401 }]);
    expect(await linesOf('nowhere')).toMatchObject([{ status: 404 }]);
    expect(gateway.log.text).not.toMatch(/not-the-right-key|of-somebody|another-key|a-name-of-a-file|of-nobody|a-way-to-nowhere/);
  });

  it('has probes for those only who look for everything', async () => {
    await ask('a-probe', '/health/live');
    expect(await linesOf('a-probe')).toMatchObject([{ level: 'debug', route: '/health/live', status: 200 }]);
  });

  it('is searched for what was said and heard, whoever has asked', async () => {
    const made = await gateway.client.audio.speech.create({ model: 'local/flite', voice: 'alloy', input: TEXT, response_format: 'wav' });
    const file = await toFile(await made.arrayBuffer(), 'speech.wav');
    const { text: heard } = await gateway.client.audio.transcriptions.create({ model: 'whisper-1', file });
    for (const [words, isLeak] of [
      [TEXT, true],
      [heard, true],
      [KEY, true],
      ['What nobody has said.', false],
    ] as const) {
      const log = new GatewayLog();
      log.add(`Somebody: ${words}\n`);
      if (isLeak) expect(() => log.check()).toThrow(words);
      else expect(() => log.check()).not.toThrow();
    }
  });
});

describe('the search through a log', () => {
  it('finds what the gateway’s own logger has written', () => {
    const words = new PrivateWords();
    words.add(TEXT);
    const { log, end } = watchThisProcess(new GatewayLog(words));
    const logger = new GatewayLogger({ logLevel: 'info', logFormat: 'json' });
    logger.warn('All is well.', 'Somebody');
    expect(() => log.check()).not.toThrow();
    logger.warn(`It was: ${TEXT}`, 'Somebody');
    end();
    expect(() => log.check()).toThrow(TEXT);
  });

  it.each([
    ['a part of a long text', 'First this, and much more of it. '.repeat(5), 'is First this, and much more of it. First'],
    [
      'a text that JSON writes otherwise',
      'She said "no" and went.\nSo he stayed.',
      JSON.stringify({ it: 'She said "no" and went.\nSo he' }),
    ],
    ['a signed link', 'nothing', 'https://files.example.com/a?X-Amz-Date=1&X-Amz-Signature=0123'],
    ['a link of the gateway', 'nothing', '/objects/a?expires=1&signature=0123'],
  ])('finds %s', (_what, said, line) => {
    const words = new PrivateWords();
    words.add(said);
    expect(words.leaksIn(`before\n${line}\nafter`)).toEqual([line]);
    expect(words.leaksIn('before\nafter')).toEqual([]);
  });

  it('finds the secrets that a gateway was started with', () => {
    const words = new PrivateWords();
    const environment = {
      PARLANCE_API_KEYS: 'first-of-the-keys,second-of-the-keys',
      REDIS_URL: 'redis://:a-long-password@host',
      PORT: '123456789012',
    };
    words.addSecretsOf(environment);
    const log = 'second-of-the-keys\nredis://:a-long-password@host\n123456789012';
    expect(words.leaksIn(log)).toEqual(log.split('\n').slice(0, 2));
  });
});
