import { randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describeWithProgram, describeWithRedis, eventually, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { Replicas } from './__fixtures__/replicas.js';
import { TurnRecords, type TurnName, type TurnRecordsOptions } from './turn-records.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

interface Answer {
  text: string;
}

const replicas = new Replicas();
afterEach(() => replicas.close());

function recordsOf(url?: string, options?: TurnRecordsOptions): TurnRecords<Answer> {
  return new TurnRecords<Answer>(replicas.open(url).redis, options);
}

function nameOf(turn: string): TurnName {
  return { tenant: 'tenant', agent: 'agent', thread: 'thread', turn };
}

function describeRecords(name: string, url: () => string | undefined): void {
  it(`finds what a turn has answered ${name}`, async () => {
    const records = recordsOf(url());
    const turn = nameOf(randomUUID());
    expect(await records.find(turn)).toBeUndefined();
    await records.keep(turn, { text: 'gä' });
    expect(await records.find(turn)).toEqual({ text: 'gä' });
    await records.keep(turn, { text: 'b' });
    expect(await records.find(turn)).toEqual({ text: 'b' });
  });

  it(`takes turns of other tenants, agents and threads for others ${name}`, async () => {
    const records = recordsOf(url());
    const turn = nameOf(randomUUID());
    await records.keep(turn, { text: 'a' });
    const others = [
      { ...turn, tenant: 'other' },
      { ...turn, agent: 'other' },
      { ...turn, thread: 'other' },
      { ...turn, tenant: 'tenantagent', agent: '' },
      { ...turn, thread: '__proto__' },
    ];
    for (const other of others) expect(await records.find(other)).toBeUndefined();
  });
}

describe('TurnRecords', () => {
  describeRecords('in memory', () => undefined);

  it('keeps so many and so much in memory', async () => {
    const few = recordsOf(undefined, { maximumRecords: 2 });
    for (const turn of ['a', 'b', 'c']) await few.keep(nameOf(turn), { text: turn });
    expect([await few.find(nameOf('a')), await few.find(nameOf('c'))]).toEqual([undefined, { text: 'c' }]);
    const small = recordsOf(undefined, { maximumBytes: 2000 });
    for (const turn of ['a', 'b']) await small.keep(nameOf(turn), { text: turn.repeat(1000) });
    expect([await small.find(nameOf('a')), (await small.find(nameOf('b')))?.text.length]).toEqual([undefined, 1000]);
    await small.keep(nameOf('c'), { text: 'c'.repeat(5000) });
    expect(await small.find(nameOf('c'))).toBeUndefined();
  });

  it('holds about as much memory as it counts', async () => {
    const records = recordsOf();
    // Enough for what other files have left in this process to be little beside it.
    const count = 8000;
    const held = () => {
      collectGarbage();
      return process.memoryUsage().arrayBuffers;
    };
    const before = held();
    for (let turn = 0; turn < count; turn++) {
      await records.keep(nameOf(`${turn}`), { text: 'a'.repeat(500) });
      // Small Buffers of others, which come and go, lie beside those of the records.
      for (let other = 0; other < 8; other++) Buffer.from('b'.repeat(1000));
    }
    expect(held() - before).toBeLessThan(count * 2000);
    expect(await records.find(nameOf('0'))).toBeDefined();
  });
});

describeWithRedis((url) => {
  describe('TurnRecords', () => {
    describeRecords('in Redis', url);

    it('finds what another process has kept', async () => {
      const turn = nameOf(randomUUID());
      await recordsOf(url()).keep(turn, { text: 'a' });
      expect(await recordsOf(url()).find(turn)).toEqual({ text: 'a' });
    });
  });
});

describeWithProgram(REDIS_PROGRAMS, () => {
  it('keeps records in the process while Redis is away, finds them when it is back, and lets them expire', async () => {
    const server = await RedisServer.start();
    const { redis } = replicas.open(server.url, {});
    const records = new TurnRecords<Answer>(redis);
    await records.keep(nameOf('before'), { text: 'before' });
    const [key] = (await server.command('KEYS', 'parlance:turn:*')) as [string];
    expect(Number(await server.command('TTL', key))).toBeGreaterThan(86_000);
    expect(key).not.toContain('before');
    await server.pause();
    expect(await records.find(nameOf('before'))).toBeUndefined();
    await records.keep(nameOf('during'), { text: 'during' });
    expect(await records.find(nameOf('during'))).toEqual({ text: 'during' });
    server.resume();
    await eventually(async () => !redis.isAway, 'It did not come back.', 20_000);
    expect(await records.find(nameOf('before'))).toEqual({ text: 'before' });
    expect(await records.find(nameOf('during'))).toEqual({ text: 'during' });
    await replicas.close();
    await server.stop();
  });
});
