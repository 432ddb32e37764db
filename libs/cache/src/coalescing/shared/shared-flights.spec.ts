import { randomUUID } from 'node:crypto';
import { AbortedError, ExhaustedError, ParlanceError } from '@parlance/contracts';
import { describeWithRedis, eventually } from '@parlance/testing';
import { RedisConnections } from '../../redis/redis-connections.js';
import { ManualWork, Replica, textOf } from './__fixtures__/replica.js';
import { countedCodec } from './__fixtures__/replica.js';
import type { FlightSettings } from './flight-settings.js';
import { SharedFlights } from './shared-flights.js';

/** Nobody is lost here: a process that is short of time for a second or two is not to look like one that is. */
const FAST: Partial<FlightSettings> = { leaseMilliseconds: 5000, interestMilliseconds: 2000, beatMilliseconds: 150 };

const recalls = { recall: () => Promise.resolve(undefined), codec: countedCodec };

describe('SharedFlights', () => {
  it('is no more than the work itself where there is no Redis', () => {
    const { start } = new ManualWork();
    expect(new SharedFlights(new RedisConnections()).across('key', { start, ...recalls })).toBe(start);
  });

  it('does the work alone where Redis is away', async () => {
    const replica = await Replica.start('redis://127.0.0.1:1', { patienceMilliseconds: 100 });
    const work = new ManualWork();
    const { chunks, shared } = await replica.join('key', work.start);
    work.make('a', 'b');
    work.end();
    expect([await textOf(chunks), shared]).toEqual(['a|b', false]);
    await replica.close();
  });
});

describeWithRedis((url) => {
  const replicas: Replica[] = [];
  const works: ManualWork[] = [];
  let key: string;
  const begin = async (count: number, settings: Partial<FlightSettings> = {}) => {
    for (let index = 0; index < count; index += 1) replicas.push(await Replica.start(url(), { ...FAST, ...settings }));
    return replicas as [Replica, Replica, Replica];
  };
  const work = (name?: string) => {
    works.push(new ManualWork(name));
    return works.at(-1)!;
  };
  const starts = () => works.map(({ starts: times }) => times);
  beforeEach(() => {
    key = randomUUID();
  });
  afterEach(async () => {
    works.length = 0;
    await Promise.all(replicas.splice(0).map((replica) => replica.close()));
  });
  const keysLeft = async () => {
    const { commands } = (replicas.at(-1) as Replica).connections;
    return commands!.keys(`*${key}*`);
  };

  describe('following', () => {
    it('gives followers in other processes what is there, then what comes, as it comes', async () => {
      const [one, two, three] = await begin(3);
      const mine = work('mine');
      const leader = await one.join(key, mine.start);
      const led = textOf(leader.chunks);
      mine.make('a');
      const second = await two.join(key, work().start);
      const iterator = second.chunks[Symbol.asyncIterator]();
      expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('a');
      mine.make('b');
      expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('b');
      const third = await three.join(key, work().start);
      mine.make('c');
      mine.end();
      expect(await Promise.all([led, textOf(third.chunks)])).toEqual(['a|b|c', 'a|b|c']);
      expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('c');
      expect((await iterator.next()).done).toBe(true);
      expect([leader, second, third].map(({ shared }) => shared)).toEqual([false, true, true]);
      expect([second.head, third.head]).toEqual([
        { name: 'mine', count: 3 },
        { name: 'mine', count: 3 },
      ]);
      expect(starts()).toEqual([1, 0, 0]);
    });

    it('has one leader, however many ask at the same moment', async () => {
      const all = await begin(3);
      const joining = Array.from({ length: 60 }, (_, index) => all[index % 3]!.join(key, work().start));
      await eventually(async () => starts().includes(1), 'Nobody leads.');
      const leading = works.find((one) => one.starts === 1)!;
      leading.make('a', 'b');
      const streams = await Promise.all(joining);
      leading.end();
      expect(new Set(await Promise.all(streams.map(({ chunks }) => textOf(chunks))))).toEqual(new Set(['a|b']));
      expect(starts().filter((times) => times > 0)).toEqual([1]);
    });

    it('writes nothing down while nobody follows, and leaves nothing behind', async () => {
      const [one] = await begin(1);
      const mine = work();
      const { chunks } = await one.join(key, mine.start);
      mine.make('a', 'b', 'c');
      mine.end();
      expect((await keysLeft()).filter((name) => name.includes(':log:'))).toEqual([]);
      await textOf(chunks);
      await eventually(async () => (await keysLeft()).length === 0, 'Something stays in Redis.');
    });

    it('gives everything a time to live', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      const leader = await one.join(key, mine.start);
      mine.make('a');
      const follower = await two.join(key, work().start);
      const names = await keysLeft();
      expect(names).toHaveLength(4);
      const { commands } = one.connections;
      const times = await Promise.all(names.map((name) => commands!.pttl(name)));
      expect(times.filter((time) => time <= 0)).toEqual([]);
      mine.end();
      await Promise.all([textOf(leader.chunks), textOf(follower.chunks)]);
    });

    it('begins anew once a flight is over, and asks first what was made meanwhile', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      const leader = await one.join(key, mine.start);
      mine.make('a');
      mine.end();
      await textOf(leader.chunks);
      await eventually(async () => one.flights.led === 0, 'It is still led.');
      const made = work('made before');
      made.make('kept');
      made.end();
      const again = await two.join(key, work().start, undefined, () => made.start(new AbortController().signal));
      expect([again.head.name, again.shared, await textOf(again.chunks)]).toEqual(['made before', false, 'kept']);
      expect(starts()).toEqual([1, 1, 0]);
    });

    it('takes a leader that is slow to be read for no reason to let followers wait', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      // Nobody reads it here.
      await one.join(key, mine.start);
      mine.make(...Array.from({ length: 50 }, (_, index) => String(index)));
      mine.end();
      const follower = await two.join(key, work().start);
      expect((await textOf(follower.chunks)).split('|')).toHaveLength(50);
    });

    it('lets followers be slow', async () => {
      const [one, two] = await begin(2, { keepMilliseconds: 2000 });
      const mine = work();
      const leader = await one.join(key, mine.start);
      mine.make('a', 'b', 'c', 'd', 'e');
      const follower = await two.join(key, work().start);
      mine.end();
      await textOf(leader.chunks);
      await eventually(async () => one.flights.led === 0, 'It is still led.');
      // Longer than what was made is kept for anybody who shows no sign of life.
      const { commands } = one.connections;
      await commands!.set(`${key}:clock`, '1', 'PX', 3000);
      await eventually(async () => (await commands!.exists(`${key}:clock`)) === 0, 'Time stands still.');
      expect(await textOf(follower.chunks)).toBe('a|b|c|d|e');
    });
  });

  describe('failing', () => {
    it('gives followers the very failure, before the first piece and after it', async () => {
      const attempts = [{ provider: 'p', model: 'm', segment: 0, outcome: 'rate' as const, startMilliseconds: 0, milliseconds: 5 }];
      const failure = new ExhaustedError('rate', 'Too many.', { attempts, provider: 'p', retryAfterSeconds: 7, reason: 'slow_down' });
      const [one, two, three] = await begin(3);
      const mine = work();
      const leader = await one.join(key, mine.start);
      const waiting = two.join(key, work().start);
      waiting.catch(() => undefined);
      await eventually(async () => (await keysLeft()).some((name) => name.endsWith(':wanted')), 'Nobody follows.');
      mine.make('a');
      const follower = await three.join(key, work().start);
      mine.fail(failure);
      const expected = { code: 'rate', message: 'Too many.', provider: 'p', retryAfterSeconds: 7, reason: 'slow_down', attempts };
      await expect(textOf(leader.chunks)).rejects.toBe(failure);
      const error: unknown = await textOf(follower.chunks).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ExhaustedError);
      expect(error).toMatchObject(expected);
      const other: unknown = await waiting.then(({ chunks }) => textOf(chunks)).catch((caught: unknown) => caught);
      expect(other).toMatchObject(expected);
      expect(starts()).toEqual([1, 0, 0]);
    });

    it('tells followers of a start that fails, of exceptions too, and of no details of those', async () => {
      const [one, two] = await begin(2);
      let fail: (error: Error) => void = () => undefined;
      const leader = one.join(key, () => new Promise((_, reject) => (fail = reject)));
      await eventually(async () => (await keysLeft()).length > 0, 'Nobody leads.');
      const follower = two.join(key, work().start);
      follower.catch(() => undefined);
      await eventually(async () => (await keysLeft()).some((name) => name.endsWith(':wanted')), 'Nobody follows.');
      fail(new TypeError('a secret'));
      await expect(leader).rejects.toThrow('a secret');
      const error = await follower.catch((caught: unknown) => caught as ParlanceError);
      expect(error).toMatchObject({ code: 'server', message: expect.not.stringContaining('secret') });
      // The next one tries anew.
      await eventually(async () => one.flights.led === 0, 'It is still led.');
      const next = work();
      next.make('fine');
      next.end();
      expect(await textOf((await two.join(key, next.start)).chunks)).toBe('fine');
    });
  });

  describe('leaving', () => {
    it('ends the work at once when its only reader leaves and nobody follows', async () => {
      const [one] = await begin(1);
      const mine = work();
      const leaving = new AbortController();
      const { chunks } = await one.join(key, mine.start, leaving.signal);
      leaving.abort();
      await expect(textOf(chunks)).rejects.toThrow(AbortedError);
      await eventually(async () => mine.signal?.aborted === true, 'The work goes on.');
      await eventually(async () => (await keysLeft()).length === 0, 'Something stays in Redis.');
    });

    it('goes on for a follower when the readers of the leader leave, and ends when that one leaves too', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      const leaving = [new AbortController(), new AbortController()] as const;
      const leader = await one.join(key, mine.start, leaving[0].signal);
      mine.make('a');
      const follower = await two.join(key, work().start, leaving[1].signal);
      leaving[0].abort();
      await expect(textOf(leader.chunks)).rejects.toThrow(AbortedError);
      const iterator = follower.chunks[Symbol.asyncIterator]();
      await iterator.next();
      mine.make('b');
      expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('b');
      expect(mine.signal?.aborted).toBe(false);
      // Who comes back to the process that leads follows what it leads itself.
      const back = await one.join(key, work().start);
      expect(back.shared).toBe(true);
      await back.chunks[Symbol.asyncIterator]().return?.();
      leaving[1].abort();
      await expect(iterator.next()).rejects.toThrow(AbortedError);
      await eventually(async () => mine.signal?.aborted === true, 'The work goes on for nobody.');
      await eventually(async () => one.flights.led === 0, 'It is still led.');
      expect(starts()).toEqual([1, 0, 0]);
    });

    it('is settled when those who follow elsewhere have all of it, or there is no time', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      const leaving = new AbortController();
      const leader = await one.join(key, mine.start, leaving.signal);
      mine.make('a');
      const follower = await two.join(key, work().start);
      leaving.abort();
      await expect(textOf(leader.chunks)).rejects.toThrow(AbortedError);
      await one.flights.settled(AbortSignal.abort());
      let isSettled = false;
      const settled = one.flights.settled(new AbortController().signal).then(() => (isSettled = true));
      const iterator = follower.chunks[Symbol.asyncIterator]();
      await iterator.next();
      expect(isSettled).toBe(false);
      mine.make('b');
      mine.end();
      await settled;
      await one.close();
      expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('b');
      expect((await iterator.next()).done).toBe(true);
    });

    it('lets a follower go without harm to anybody', async () => {
      const [one, two, three] = await begin(3);
      const mine = work();
      const leader = await one.join(key, mine.start);
      const leaving = new AbortController();
      const gone = two.join(key, work().start, leaving.signal);
      gone.catch(() => undefined);
      mine.make('a');
      const stays = await three.join(key, work().start);
      leaving.abort();
      mine.make('b');
      mine.end();
      expect(await Promise.all([textOf(leader.chunks), textOf(stays.chunks)])).toEqual(['a|b', 'a|b']);
    });
  });
});
