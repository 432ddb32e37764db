import { randomUUID } from 'node:crypto';
import { describeWithRedis, eventually } from '@parlance/testing';
import { aborted, aWhile, never, OrderedReplicas } from './__fixtures__/ordered-replicas.js';

const replicas = new OrderedReplicas();
afterEach(() => replicas.close());

/** In one process everything is the same, with and without Redis. */
function describeOneProcess(name: string, url: () => string | undefined): void {
  describe(`ThreadOrder ${name}`, () => {
    it('lets the turns of a thread run one after the other in order of arrival', async () => {
      const order = replicas.start(url());
      const thread = randomUUID();
      const places = ['a', 'b', 'c'].map((id) => replicas.enter(order, thread, id));
      for (const [index, place] of places.entries()) {
        const { leave, cancelledBy } = await place.then((entered) => ({ leave: () => entered.leave(), cancelledBy: entered.cancelledBy }));
        await aWhile();
        expect([replicas.begun.length, cancelledBy]).toEqual([index + 1, undefined]);
        void leave();
        void leave();
      }
      expect(replicas.begun).toEqual(['a', 'b', 'c']);
      await eventually(async () => order.size === 0, 'The thread was kept.');
    });

    it('lets a hundred threads run at the same time', async () => {
      const order = replicas.start(url());
      const places = await Promise.all(Array.from({ length: 100 }, (_, index) => replicas.enter(order, randomUUID(), `${index}`)));
      expect([places.length, order.size]).toEqual([100, 100]);
      await Promise.all(places.map((place) => place.leave()));
      expect(order.size).toBe(0);
    });

    it('cancels what runs and what waits for a newer turn, which runs when the cancelled one has left', async () => {
      const order = replicas.start(url());
      const thread = randomUUID();
      const first = await replicas.enter(order, thread, 'first');
      const second = replicas.enter(order, thread, 'second');
      const third = replicas.enter(order, thread, 'third', 'cancel');
      expect((await second).cancelledBy).toBe('third');
      expect([(await second).signal.aborted, first.signal.aborted, first.cancelledBy]).toEqual([true, true, 'third']);
      expect(first.signal.reason).toMatchObject({ code: 'aborted', reason: 'turn_cancelled' });
      await aWhile();
      expect(replicas.begun).toEqual(['first']);
      await (await second).leave();
      await first.leave();
      expect((await third).signal.aborted).toBe(false);
      expect(replicas.begun).toEqual(['first', 'third']);
      await (await third).leave();
      expect(order.size).toBe(0);
    });

    it('never cancels a turn of the same id, which goes behind it', async () => {
      const order = replicas.start(url());
      const thread = randomUUID();
      const first = await replicas.enter(order, thread, 'same', 'cancel');
      const again = replicas.enter(order, thread, 'same', 'cancel');
      await aWhile();
      expect([first.signal.aborted, replicas.begun]).toEqual([false, ['same']]);
      await first.leave();
      await (await again).leave();
      expect(replicas.begun).toEqual(['same', 'same']);
    });

    it('gives up the place of who has left while he waited, and keeps that of who runs', async () => {
      const order = replicas.start(url());
      const thread = randomUUID();
      const leaving = new AbortController();
      const first = await replicas.enter(order, thread, 'first', 'wait', leaving.signal);
      const second = replicas.enter(order, thread, 'second', 'wait', leaving.signal);
      const third = replicas.enter(order, thread, 'third');
      leaving.abort();
      await expect(second).rejects.toMatchObject({ code: 'aborted' });
      await expect(replicas.enter(order, thread, 'fourth', 'cancel', leaving.signal)).rejects.toMatchObject({ code: 'aborted' });
      await aWhile();
      expect([first.signal.aborted, replicas.begun]).toEqual([false, ['first']]);
      await first.leave();
      await (await third).leave();
      expect(order.size).toBe(0);
    });

    it('refuses the turn that is one too many, and takes the next one when there is room', async () => {
      const order = replicas.start(url(), { maximumWaiting: 2 });
      const thread = randomUUID();
      const places = ['a', 'b', 'c'].map((id) => replicas.enter(order, thread, id));
      await places[0];
      const refused = await replicas.enter(order, thread, 'd').catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'rate', reason: 'too_many_turns', retryAfterSeconds: 1 });
      await (await places[0])!.leave();
      const last = replicas.enter(order, thread, 'e');
      for (const place of places.slice(1)) await (await place).leave();
      await (await last).leave();
      expect(replicas.begun).toEqual(['a', 'b', 'c', 'e']);
    });

    it('takes threads and turns of any name', async () => {
      const order = replicas.start(url());
      for (const any of ['__proto__', 'constructor', '', '\ud800', '\ud801', '{a}:b', 'ü'.repeat(2000)]) {
        const place = await replicas.enter(order, any, any);
        const newer = replicas.enter(order, any, `${any}!`, 'cancel');
        await aborted(place.signal);
        expect(place.cancelledBy).toBe(`${any}!`);
        await place.leave();
        await (await newer).leave();
      }
      expect(order.size).toBe(0);
    });

    it('refuses who waits when the service stops, and leaves alone who runs', async () => {
      const order = replicas.start(url());
      const first = await replicas.enter(order, 'stopping', 'first');
      const second = replicas.enter(order, 'stopping', 'second');
      order.close();
      await expect(second).rejects.toMatchObject({ code: 'unavailable' });
      expect(first.signal.aborted).toBe(false);
      await first.leave();
      expect(order.size).toBe(0);
    });

    it('refuses who was cancelled and waits for its place when the service stops', async () => {
      const order = replicas.start(url());
      const first = await replicas.enter(order, 'stopping', 'first');
      const second = replicas.enter(order, 'stopping', 'second');
      const third = replicas.enter(order, 'stopping', 'third', 'cancel');
      const { reached } = await second;
      order.close();
      for (const refused of [reached, third]) await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
      await (await second).leave();
      await first.leave();
      expect(order.size).toBe(0);
    });
  });
}

describeOneProcess('without Redis', () => undefined);

describeWithRedis((url) => {
  describeOneProcess('in one process with Redis', url);

  describe('ThreadOrder over two processes', () => {
    it('keeps the order of arrival', async () => {
      const orders = [replicas.start(url()), replicas.start(url())];
      const thread = randomUUID();
      const places = [];
      for (let index = 0; index < 8; index += 1) {
        places.push(replicas.enter(orders[index % 2]!, thread, `${index}`));
        // Who has come first is what Redis has heard first.
        await replicas.told(orders[index % 2]!);
      }
      for (const [index, place] of places.entries()) {
        await (await place).leave();
        expect(replicas.begun).toEqual(Array.from({ length: Math.min(8, index + 1) }, (_, each) => `${each}`));
      }
    });

    it('cancels what runs and what waits in the other one', async () => {
      const [one, other] = [replicas.start(url()), replicas.start(url())];
      const thread = randomUUID();
      const first = await replicas.enter(one, thread, 'first');
      const second = replicas.enter(one, thread, 'second');
      await replicas.told(one);
      const third = replicas.enter(other, thread, 'third', 'cancel');
      await aborted(first.signal);
      const waited = await second;
      expect([first.cancelledBy, waited.cancelledBy]).toEqual(['third', 'third']);
      let reached = false;
      void waited.reached.then(() => (reached = true));
      await aWhile();
      expect([replicas.begun, reached]).toEqual([['first'], false]);
      void first.leave();
      await waited.reached;
      await aWhile();
      expect(replicas.begun).toEqual(['first']);
      void waited.leave();
      await (await third).leave();
      expect(replicas.begun).toEqual(['first', 'third']);
    });

    it('lets a turn of the same id wait for the one in the other process', async () => {
      const [one, other] = [replicas.start(url()), replicas.start(url())];
      const thread = randomUUID();
      const first = await replicas.enter(one, thread, 'same');
      const again = replicas.enter(other, thread, 'same', 'cancel');
      await aWhile();
      expect([first.signal.aborted, replicas.begun]).toEqual([false, ['same']]);
      void first.leave();
      await (await again).leave();
    });

    it('counts those who wait in all processes', async () => {
      const [one, other] = [replicas.start(url(), { maximumWaiting: 2 }), replicas.start(url(), { maximumWaiting: 2 })];
      const thread = randomUUID();
      const first = await replicas.enter(one, thread, 'first');
      const waiting = [replicas.enter(one, thread, 'second'), replicas.enter(one, thread, 'third')];
      await replicas.told(one);
      await expect(replicas.enter(other, thread, 'fourth')).rejects.toMatchObject({ code: 'rate' });
      expect(other.size).toBe(0);
      const newest = replicas.enter(other, thread, 'newest', 'cancel');
      await aborted(first.signal);
      await first.leave();
      const cancelled = await Promise.all(waiting);
      expect(cancelled.map(({ cancelledBy }) => cancelledBy)).toEqual(['newest', 'newest']);
      for (const place of cancelled) await place.leave();
      await (await newest).leave();
    });

    it('asks Redis once to enter and once to leave where nobody else is', async () => {
      const order = replicas.start(url(), { leaseMilliseconds: 60_000 });
      await (await replicas.enter(order, randomUUID(), 'before')).leave();
      await replicas.hears(order);
      const asked = jest.spyOn(replicas.redisOf(order), 'attempt');
      const place = await order.enter(randomUUID(), { id: 'only', secondMessage: 'cancel' }, never());
      await place.leave();
      expect(asked).toHaveBeenCalledTimes(2);
    });
  });
});
