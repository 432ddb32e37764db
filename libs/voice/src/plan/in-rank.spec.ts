import { inRank } from './in-rank.js';

/** The same numbers in every run, evenly spread over 0-1. */
function seeded(): () => number {
  let state = 42;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const item = (name: string, priority: number, { weight = 1, latency }: { weight?: number; latency?: number } = {}) => ({
  name,
  priority,
  weight,
  latency,
});
const namesOf = (items: readonly { name: string }[]) => items.map(({ name }) => name).join('');
const never = () => {
  throw new Error('nothing is left to chance');
};

describe('inRank', () => {
  it('goes by priority, and by the list where that is the same', () => {
    const items = [item('c', 2), item('a', -1), item('d', 2), item('b', 0.5)];
    expect(namesOf(inRank(items, 'order', never))).toBe('abcd');
    expect(namesOf(items)).toBe('cadb');
  });

  it('leaves nothing to chance where every rank has one', () => {
    const items = [item('b', 1, { latency: 1 }), item('a', 0, { latency: 99 })];
    expect(namesOf(inRank(items, 'weights', never))).toBe('ab');
    expect(namesOf(inRank(items, 'latency', never))).toBe('ab');
  });

  describe('by weights', () => {
    const runs = 20_000;
    const items = [item('a', 0, { weight: 6 }), item('b', 0, { weight: 3 }), item('c', 0, { weight: 1 }), item('z', 1, { weight: 1000 })];
    const counted = () => {
      const random = seeded();
      const orders = new Map<string, number>();
      for (let run = 0; run < runs; run++) {
        const order = namesOf(inRank(items, 'weights', random));
        orders.set(order, (orders.get(order) ?? 0) + 1);
      }
      return orders;
    };

    it('draws each one first by its share, and the rest by what is left', () => {
      const orders = counted();
      const share = (order: string) => (orders.get(order) ?? 0) / runs;
      const expected = {
        abcz: (0.6 * 3) / 4,
        acbz: (0.6 * 1) / 4,
        bacz: (0.3 * 6) / 7,
        bcaz: (0.3 * 1) / 7,
        cabz: (0.1 * 6) / 9,
        cbaz: (0.1 * 3) / 9,
      };
      expect([...orders.keys()].toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const [order, chance] of Object.entries(expected)) expect(Math.abs(share(order) - chance)).toBeLessThan(0.015);
    });

    it.each([0, 0.5, 0.999_999_999_999, 1])('loses nobody at the ends of chance: %d', (random) => {
      expect(namesOf(inRank(items, 'weights', () => random).toSorted((a, b) => (a.name < b.name ? -1 : 1)))).toBe('abcz');
    });
  });

  describe('by latency', () => {
    const items = [item('slow', 0, { latency: 300 }), item('fast', 0, { latency: 100 }), item('new', 0), item('last', 1, { latency: 1 })];

    it('asks the fastest first, before it whom nobody has timed, and keeps to the ranks', () => {
      expect(inRank(items, 'latency', () => 0.5).map(({ name }) => name)).toEqual(['new', 'fast', 'slow', 'last']);
    });

    it('keeps the list where they are as fast as each other', () => {
      const equal = [item('b', 0, { latency: 5 }), item('a', 0, { latency: 5 })];
      expect(namesOf(inRank(equal, 'latency', () => 0.5))).toBe('ba');
    });

    it('looks again now and then whether the slow are still slow', () => {
      const random = seeded();
      const two = [item('slow', 0, { latency: 300 }), item('fast', 0, { latency: 100 })];
      const runs = 20_000;
      let slowFirst = 0;
      for (let run = 0; run < runs; run++) if (inRank(two, 'latency', random)[0]?.name === 'slow') slowFirst++;
      expect(Math.abs(slowFirst / runs - 0.025)).toBeLessThan(0.006);
    });
  });
});
