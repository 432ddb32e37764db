import { randomUUID } from 'node:crypto';
import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisCluster, RedisServer } from '@parlance/testing';
import { aborted, aWhile, OrderedReplicas } from './__fixtures__/ordered-replicas.js';

const replicas = new OrderedReplicas();
afterEach(() => replicas.close());

describeWithProgram(REDIS_PROGRAMS, () => {
  describe('ThreadOrder with a Redis that goes', () => {
    let server: RedisServer;
    /** One that notices soon when Redis falls silent, and waits not long for who is gone with what Redis knew of him. */
    const startHasty = () => replicas.start(server.url, { leaseMilliseconds: 2000 }, {});
    beforeAll(async () => {
      server = await RedisServer.start();
    });
    afterAll(() => server.stop());

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('goes on in each process while the server is %s, and over all of them when it is back', async (_how, away, back) => {
      const [one, other] = [startHasty(), startHasty()];
      const thread = randomUUID();
      const first = await replicas.enter(one, thread, 'first');
      await away();
      // Each process keeps its own order.
      const second = replicas.enter(one, thread, 'second');
      const elsewhere = await replicas.enter(other, thread, 'elsewhere');
      expect(replicas.begun).toEqual(['first', 'elsewhere']);
      await first.leave();
      await (await second).leave();
      await elsewhere.leave();
      await back();
      await eventually(async () => !replicas.redisOf(one).isAway && !replicas.redisOf(other).isAway, 'It did not come back.', 20_000);
      const third = await replicas.enter(one, thread, 'third');
      const fourth = replicas.enter(other, thread, 'fourth');
      await aWhile();
      expect(replicas.begun.at(-1)).toBe('third');
      await third.leave();
      await (await fourth).leave();
      expect([one.size, other.size]).toEqual([0, 0]);
    });

    it.each([
      ['paused', () => server.pause(), () => Promise.resolve(server.resume())],
      ['killed', () => server.kill(), () => server.restart()],
    ])('lets everybody end who runs or waits while the server is %s and comes back', async (_how, away, back) => {
      const orders = [startHasty(), startHasty()];
      const thread = randomUUID();
      const run = async (id: number) => {
        const place = await replicas.enter(orders[id % 2]!, thread, `${id}`);
        await aWhile();
        await place.leave();
      };
      const before = Array.from({ length: 6 }, (_, id) => run(id));
      await aWhile();
      await away();
      const during = Array.from({ length: 6 }, (_, id) => run(6 + id));
      await aWhile();
      await back();
      await Promise.all([...before, ...during, ...Array.from({ length: 6 }, (_, id) => run(12 + id))]);
      for (const rest of [0, 1]) {
        const own = replicas.begun.map(Number).filter((id) => id % 2 === rest);
        expect(own).toEqual(own.toSorted((a, b) => a - b));
        expect(own).toHaveLength(9);
      }
      expect(orders.map(({ size }) => size)).toEqual([0, 0]);
    });

    it('takes the place of a process that has died', async () => {
      const [dying, other] = [
        replicas.start(server.url, { leaseMilliseconds: 300 }),
        replicas.start(server.url, { leaseMilliseconds: 300 }),
      ];
      const thread = randomUUID();
      await replicas.enter(dying, thread, 'first');
      // As a process that has no time to say anything: what it would say is never sent.
      replicas.redisOf(dying).close();
      await (await replicas.enter(other, thread, 'second')).leave();
      expect(replicas.begun).toEqual(['first', 'second']);
    });

    it('tells a process that was too slow that another one goes on', async () => {
      // Longer than this process, which is both of them, is short of time.
      const lease = { leaseMilliseconds: 2000 };
      const [slow, other] = [replicas.start(server.url, lease), replicas.start(server.url, lease)];
      const thread = randomUUID();
      const first = await replicas.enter(slow, thread, 'first');
      const behind = replicas.enter(slow, thread, 'behind');
      const redis = replicas.redisOf(slow);
      // Busy for so long that nothing of it reaches Redis.
      const silent = jest.spyOn(redis, 'attempt').mockImplementation(() => new Promise(() => undefined));
      const second = await replicas.enter(other, thread, 'second');
      expect(first.signal.aborted).toBe(false);
      silent.mockRestore();
      const third = replicas.enter(slow, thread, 'third');
      await aborted(first.signal);
      expect([first.cancelledBy, first.signal.reason]).toMatchObject([undefined, { code: 'unavailable', reason: 'turn_lost' }]);
      await first.leave();
      expect(replicas.begun).toEqual(['first', 'second']);
      await second.leave();
      await (await behind).leave();
      await (await third).leave();
      expect(replicas.begun).toEqual(['first', 'second', 'behind', 'third']);
    });

    it('leaves nothing in Redis', async () => {
      const order = replicas.start(server.url, { leaseMilliseconds: 60_000 });
      const place = await replicas.enter(order, randomUUID(), 'only');
      const lines = async () => ((await server.command('KEYS', 'parlance:turns:*')) as string[]).length;
      const [key] = (await server.command('KEYS', 'parlance:turns:*')) as string[];
      expect(Number(await server.command('PTTL', key!))).toBeGreaterThan(0);
      await place.leave();
      expect(await lines()).toBe(0);
    });
  });

  it('works on a cluster, where threads have places of their own', async () => {
    const cluster = await RedisCluster.start();
    const [one, other] = [replicas.start(cluster.url), replicas.start(cluster.url)];
    for (const thread of Array.from({ length: 10 }, (_, index) => `${index}`)) {
      const first = await replicas.enter(one, thread, `${thread} first`);
      const second = replicas.enter(other, thread, `${thread} second`, 'cancel');
      await aborted(first.signal);
      await first.leave();
      await (await second).leave();
    }
    expect(replicas.begun).toHaveLength(20);
    await replicas.close();
    await cluster.stop();
  });
});
