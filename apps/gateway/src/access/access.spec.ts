import fs from 'node:fs';
import { Logger } from '@nestjs/common';
import { eventually } from '@parlance/testing';
import { startFakeGateway, type FakeGateway } from '../__fixtures__/fake-gateway.js';
import { bearer, KeysFile, keyOf, type WrittenKey } from '../__fixtures__/keys-file.js';
import { answerOf, postJson } from '../__fixtures__/post.js';

const wanted = { input: 'Hello.', model: 'tts-1', voice: 'alloy' };
const speech: WrittenKey = { scopes: ['speech'] };

describe('keys of a file', () => {
  let gateway: FakeGateway;
  let file: KeysFile;
  afterEach(async () => {
    jest.restoreAllMocks();
    await gateway.close();
    file.remove();
  });

  async function start(keys: Readonly<Record<string, WrittenKey>>, environment: Record<string, string> = {}): Promise<void> {
    file = new KeysFile(keys);
    gateway = await startFakeGateway({ PARLANCE_KEYS_FILE: file.path, ...environment });
  }

  const speak = (name: string) => postJson(`${gateway.url}/v1/audio/speech`, wanted, bearer(name));
  const statusOf = async (name: string) => (await speak(name)).status;
  const keysState = async () =>
    ((await answerOf(fetch(`${gateway.url}/health/ready`))).json['details'] as { keys: Record<string, unknown> }).keys;

  it('stand beside those of the environment', async () => {
    await start({ website: speech }, { PARLANCE_API_KEYS: keyOf('environment') });
    expect([await statusOf('website'), await statusOf('environment'), await statusOf('nobody')]).toEqual([200, 200, 401]);
  });

  it('are asked for also while the file has none', async () => {
    await start({});
    expect(await statusOf('website')).toBe(401);
  });

  it('are good until they expire, which is told', async () => {
    await start({ old: { ...speech, expires: '2026-01-01' }, young: { ...speech, expires: '2999-01-01' } });
    expect(await statusOf('young')).toBe(200);
    const answer = await speak('old');
    expect(answer).toMatchObject({ status: 401, json: { error: { type: 'invalid_request_error', code: 'api_key_expired' } } });
    expect(answer.json.error?.message).toContain('expired');
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(gateway.voice.spoken).toHaveLength(1);
  });

  it('have limits of their own', async () => {
    await start({ few: { ...speech, requestsPerMinute: 1 }, others: speech }, { PARLANCE_RATE_LIMIT_PER_MINUTE: '2' });
    expect((await speak('few')).headers.get('x-ratelimit-limit-requests')).toBe('1');
    expect(await statusOf('few')).toBe(429);
    expect([await statusOf('others'), await statusOf('others'), await statusOf('others')]).toEqual([200, 200, 429]);
  });

  it('come and go with the file, and a file that cannot be used leaves the last good ones, which is told', async () => {
    const lines: string[] = [];
    await start({ first: speech });
    for (const level of ['log', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...line: unknown[]) => void lines.push(String(line[0])));
    }
    expect(await keysState()).toEqual({ status: 'up' });
    file.write({ second: speech });
    await eventually(async () => (await statusOf('second')) === 200, 'The new key is not taken.', 20_000);
    expect(await statusOf('first')).toBe(401);
    expect(lines).toContain('Keys of the file: +second -first');

    file.writeText('- { name: second, hash: a-plain-secret, scopes: [speech] }');
    await eventually(async () => (await keysState())['status'] === 'degraded', 'Nobody tells.', 20_000);
    expect(await keysState()).toEqual({ status: 'degraded', problems: 1 });
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
    expect([await statusOf('second'), await statusOf('first')]).toEqual([200, 401]);
    expect(lines).toContainEqual(expect.stringMatching(/^The keys file cannot be used, .*: \[0\]\.hash must be/));
    expect(lines.join()).not.toMatch(/a-plain-secret|parlance-keys-/);

    file.write({ second: speech, third: speech });
    await eventually(async () => (await statusOf('third')) === 200, 'The mended file is not read.', 20_000);
    expect(await keysState()).toEqual({ status: 'up' });
  });

  it.each(['gone', 'expired', 'without the scope'])('end the streams of operators when they are %s', async (how) => {
    const operator: WrittenKey = { scopes: ['admin'] };
    const less: Record<string, WrittenKey> = {
      expired: { ...operator, expires: '2026-01-01' },
      'without the scope': speech,
    };
    await start({ operator, other: operator });
    const leaving = new AbortController();
    const follow = (name: string, path: string) =>
      fetch(`${gateway.url}${path}`, { headers: { accept: 'text/event-stream', ...bearer(name) }, signal: leaving.signal });
    const streams = [await follow('operator', '/v1/traces'), await follow('operator', '/v1/status'), await follow('other', '/v1/traces')];
    const ended = streams.map(() => false);
    const reading = streams.map(async (stream, index) => {
      // It is for as long as its client stays.
      await stream.text().catch(() => undefined);
      ended[index] = true;
    });
    file.write({ other: operator, ...(less[how] !== undefined && { operator: less[how] }) });
    await eventually(async () => ended[0] === true && ended[1] === true, 'A stream goes on.', 20_000);
    expect(ended).toEqual([true, true, false]);
    leaving.abort();
    await Promise.all(reading);
  });

  it('are none in an empty file, which is told once where there are no others', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const told = () => warn.mock.calls.map(([line]) => String(line)).filter((line) => line.startsWith('No key is in'));
    await start({}, { PARLANCE_API_KEYS: keyOf('other') });
    expect([await statusOf('other'), await statusOf('first')]).toEqual([200, 401]);
    expect(told()).toEqual([]);
    await gateway.close();
    file.remove();

    await start({ first: speech });
    file.writeText('');
    await eventually(async () => (await statusOf('first')) === 401, 'The empty file is not taken.', 20_000);
    expect(await keysState()).toEqual({ status: 'up' });
    expect(told()).toEqual([expect.stringMatching(/^No key is in keys\.yaml, .* refused \(401\)\. Add one: parlance keys new$/)]);
  });

  it('stand when the file is gone, which is told', async () => {
    await start({ first: speech });
    jest.spyOn(Logger.prototype, 'error').mockImplementation();
    file.remove();
    await eventually(async () => (await keysState())['status'] === 'degraded', 'Nobody tells.', 20_000);
    expect([await statusOf('first'), await statusOf('nobody')]).toEqual([200, 401]);
    file = new KeysFile({});
  });

  it('are read when a file that could not be read can be, which changes nothing else of it', async () => {
    await start({ first: speech });
    const told = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    let tries = 0;
    const read = fs.readFileSync;
    // As a file does that belongs to another user until its permissions are mended.
    const refused = jest.spyOn(fs, 'readFileSync').mockImplementation((...args: Parameters<typeof read>) => {
      if (args[0] !== file.path) return read(...args);
      tries += 1;
      throw Object.assign(new Error('permission denied'), { code: 'EACCES' });
    });
    file.write({ second: speech });
    await eventually(async () => tries > 1, 'It is not tried again.', 20_000);
    expect(await keysState()).toEqual({ status: 'degraded', problems: 1 });
    expect([await statusOf('first'), await statusOf('second')]).toEqual([200, 401]);
    expect(told).toHaveBeenCalledTimes(1);
    refused.mockRestore();
    await eventually(async () => (await statusOf('second')) === 200, 'The file is not read again.', 20_000);
    expect(await keysState()).toEqual({ status: 'up' });
  });
});
