import { randomUUID } from 'node:crypto';
import { describeWithRedis, eventually } from '@parlance/testing';
import { ManualWork, Replica, textOf } from './__fixtures__/replica.js';
import type { FlightSettings } from './flight-settings.js';

/** Short, since these tests wait for them, and longer than a process that lives is short of time. */
const FAST: Partial<FlightSettings> = {
  leaseMilliseconds: 3000,
  interestMilliseconds: 2000,
  beatMilliseconds: 150,
  patienceMilliseconds: 500,
};

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

  describe('when the leader dies', () => {
    it('a follower that has delivered nothing leads in its place, and the others follow that one', async () => {
      const [one, two, three] = await begin(3);
      await one.join(key, work('dead').start);
      const others = [work('second'), work('third')];
      const waiting = [two.join(key, others[0]!.start), three.join(key, others[1]!.start)];
      await eventually(async () => (await keysLeft()).some((name) => name.endsWith(':wanted')), 'Nobody follows.');
      await one.vanish();
      await eventually(async () => others.some((other) => other.starts > 0), 'Nobody leads.', 20_000);
      const heir = others.find((other) => other.starts > 0)!;
      heir.make('x', 'y');
      const streams = await Promise.all(waiting);
      heir.end();
      expect(await Promise.all(streams.map(({ chunks }) => textOf(chunks)))).toEqual(['x|y', 'x|y']);
      expect(others.filter((other) => other.starts > 0)).toEqual([heir]);
      expect(heir.starts).toBe(1);
    });

    it('a follower in the middle fails, and never ends as if all were well', async () => {
      const [one, two] = await begin(2);
      const mine = work();
      await one.join(key, mine.start);
      mine.make('a');
      const { chunks } = await two.join(key, work().start);
      await one.vanish();
      await expect(textOf(chunks)).rejects.toMatchObject({ code: 'server', reason: 'shared_work_lost' });
    });

    it('one that was only busy for longer than its lease goes on for those in the middle', async () => {
      const [one, two] = await begin(2, { patienceMilliseconds: 60_000 });
      const mine = work();
      await one.join(key, mine.start);
      mine.make('a');
      const follower = await two.join(key, work().start);
      const reading = textOf(follower.chunks);
      const { commands } = two.connections;
      const [alive] = await commands!.keys(`*${key}*:alive:*`);
      await commands!.del(alive!, `parlance:flight:1:{${key}}`);
      mine.make('b');
      mine.end();
      expect(await reading).toBe('a|b');
    });

    it('one that ends in order leaves the work to a follower at once', async () => {
      const [one, two] = await begin(2, { leaseMilliseconds: 600_000 });
      await one.join(key, work('first').start);
      const heir = work('second');
      const waiting = two.join(key, heir.start);
      await eventually(async () => (await keysLeft()).some((name) => name.endsWith(':wanted')), 'Nobody follows.');
      await one.flights.close();
      heir.make('x');
      heir.end();
      expect(await textOf((await waiting).chunks)).toBe('x');
    });
  });

  describe('with more than may be kept', () => {
    it('is followed no more, and made once again for who comes then', async () => {
      const [one, two] = await begin(2, { maximumBytes: 10 });
      const [mine, other] = [work(), work()];
      const leader = await one.join(key, mine.start);
      mine.make('123456', '789012');
      const iterator = leader.chunks[Symbol.asyncIterator]();
      await iterator.next();
      await iterator.next();
      await eventually(async () => one.flights.led === 0, 'It is still led.');
      other.make('anew');
      other.end();
      expect(await textOf((await two.join(key, other.start)).chunks)).toBe('anew');
      mine.end();
      expect((await iterator.next()).done).toBe(true);
    });

    it('is followed to its end by those who keep up, and fails those who do not', async () => {
      const [one, two, three] = await begin(3, { maximumBytes: 30 });
      const mine = work();
      const leader = await one.join(key, mine.start);
      const led = textOf(leader.chunks);
      mine.make('a');
      const [fast, slow] = [await two.join(key, work().start), await three.join(key, work().start)];
      const iterator = fast.chunks[Symbol.asyncIterator]();
      await iterator.next();
      for (let index = 0; index < 20; index += 1) {
        mine.make(`piece ${index}`);
        await iterator.next();
      }
      mine.end();
      expect((await iterator.next()).done).toBe(true);
      expect((await led).split('|')).toHaveLength(21);
      await expect(textOf(slow.chunks)).rejects.toMatchObject({ code: 'server' });
    });
  });
});
