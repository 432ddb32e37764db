import { createHash } from 'node:crypto';
import { describeWithProgram, eventually, PATIENT_REDIS_ENVIRONMENT, REDIS_PROGRAMS, RedisServer, spokenAudio } from '@parlance/testing';
import { newText } from './support/ask.js';
import { startFleet, type Fleet } from './support/fleet.js';

const audio = spokenAudio('mp3');

interface Wish {
  text: string;
  tenant?: string;
  agent?: string;
  format?: string;
  speed?: number;
  model?: string;
  sampleRate?: number;
  instructions?: string;
  providers?: string[];
}

describeWithProgram(REDIS_PROGRAMS, () => {
  let redis: RedisServer;
  let fleet: Fleet;
  beforeAll(async () => {
    redis = await RedisServer.start();
    // So little memory that every answer comes from Redis.
    const environment = { REDIS_URL: redis.url, ...PATIENT_REDIS_ENVIRONMENT, PARLANCE_CACHE_BYTES: '1' };
    fleet = await startFleet({ environment });
  });
  beforeEach(() => fleet.reset());
  afterAll(async () => {
    await fleet.close();
    await redis.stop();
  });

  const speak = async (wish: Wish) => {
    const response = await fetch(`${fleet.url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ voice: 'alloy', ...wish }),
    });
    return { cache: response.headers.get('x-parlance-cache'), bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const entries = async () => (await redis.command('KEYS', 'parlance:cache:*')) as readonly string[];
  /** Until it has been written: that is not before the last byte was sent. */
  const kept = (count: number) => eventually(async () => (await entries()).length >= count, 'It was not kept.');

  it('15: two tenants have nothing in common, and agents of one tenant do', async () => {
    const text = newText();
    const before = (await entries()).length;
    expect(await speak({ text, tenant: 'acme', agent: 'anna' })).toMatchObject({ cache: 'miss' });
    await kept(before + 1);
    expect(await speak({ text, tenant: 'acme', agent: 'bert' })).toMatchObject({ cache: 'hit' });
    expect(await speak({ text, tenant: 'other', agent: 'anna' })).toMatchObject({ cache: 'miss' });
    expect(await speak({ text })).toMatchObject({ cache: 'miss' });
    expect(fleet.first.standIn.calls).toHaveLength(3);
  });

  it.each([
    ['damaged', (entry: Buffer) => Buffer.concat([entry.subarray(0, -1), Buffer.from([entry.at(-1)! ^ 1])])],
    ['cut short', (entry: Buffer) => entry.subarray(0, entry.length / 2)],
    ['of another version', (entry: Buffer) => Buffer.concat([Buffer.from('PLV0'), entry.subarray(4)])],
    ['something else', () => createHash('sha512').digest()],
  ])('16: an entry that is %s is made anew and replaced', async (_, change) => {
    const text = newText();
    const before = new Set(await entries());
    await speak({ text });
    await kept(before.size + 1);
    const name = (await entries()).find((one) => !before.has(one))!;
    const good = Buffer.from((await redis.command('EVAL', HEX, '1', name)) as string, 'hex');
    await redis.command('EVAL', UNHEX, '1', name, change(good).toString('hex'));
    const again = await speak({ text });
    expect(again.cache).toBe('miss');
    expect(again.bytes).toEqual(audio);
    await eventually(async () => (await speak({ text })).cache === 'hit', 'It was not replaced.');
  });

  it('17: whatever changes the bytes is another entry', async () => {
    const text = newText();
    const wishes: Wish[] = [
      { text },
      { text, speed: 1.5 },
      { text, format: 'opus' },
      { text, format: 'wav' },
      { text, format: 'pcm', sampleRate: 16_000 },
      { text, format: 'pcm' },
      { text, model: 'tts-1-hd' },
      { text, providers: ['second'] },
      { text: `${text}!` },
    ];
    for (const wish of wishes) expect(await speak(wish)).toMatchObject({ cache: 'miss' });
    for (const wish of wishes) await eventually(async () => (await speak(wish)).cache === 'hit', `${JSON.stringify(wish)} was not kept.`);
  });
});

const HEX = "return (string.gsub(redis.call('GET', KEYS[1]), '.', function(c) return string.format('%02x', string.byte(c)) end))";
const UNHEX =
  "local v = string.gsub(ARGV[1], '..', function(h) return string.char(tonumber(h, 16)) end) return redis.call('SET', KEYS[1], v, 'KEEPTTL')";
