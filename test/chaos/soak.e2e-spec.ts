import { soak, type Sample, type SoakResult } from './support/soak/soak.js';
import { TRAFFIC } from './support/soak/traffic.js';
import { growsBeyond, trendOf } from './support/soak/trend.js';
import { complaintsOf } from './support/soak/verdict.js';

/** By how much each may be more. */
const MOST: Readonly<Record<string, number>> = {
  descriptors: 10,
  threads: 10,
  Socket: 20,
  ServerResponse: 20,
  AbortSignal: 20,
  heap: 16 * 1_048_576,
  buffers: 16 * 1_048_576,
};

describe('a straight line through measurements', () => {
  it('has the slope of what grows, and is sure of it where there is no chance', () => {
    const { slope, error } = trendOf([0, 1, 2, 3].map((x) => [x, 5 + 2 * x]));
    expect([slope, error]).toEqual([expect.closeTo(2), expect.closeTo(0)]);
    expect(growsBeyond({ slope, error }, 1.9)).toBe(true);
    expect(growsBeyond({ slope, error }, 2.1)).toBe(false);
  });

  it('takes no noise for growth, and growth in spite of noise', () => {
    const noise = [3, -3, 2, -2, 3, -3, 1, -1, 2, -2];
    expect(growsBeyond(trendOf(noise.map((value, x) => [x, value])), 0)).toBe(false);
    expect(growsBeyond(trendOf(noise.map((value, x) => [x, value + 5 * x])), 3)).toBe(true);
  });

  it('says nothing of too few', () => {
    expect(
      growsBeyond(
        trendOf([
          [0, 0],
          [1, 1000],
        ]),
        0,
      ),
    ).toBe(false);
  });
});

describe('a gateway that is kept busy with everything it can do, between vendors that fail now and then', () => {
  let result: SoakResult;
  beforeAll(async () => {
    result = await soak({ seconds: 18, intervalSeconds: 6, callers: 6 });
  }, 400_000);

  it('does all of it, and nothing goes wrong that should not', () => {
    expect(Object.keys(result.outcomes).toSorted()).toEqual(Object.keys(TRAFFIC).toSorted());
    expect(complaintsOf(result)).toEqual([]);
  });

  it('holds no more in the end than when it was warm', () => {
    const [warm, last] = [result.samples[0]!, result.samples.at(-1)!];
    expect(last.errands - warm.errands).toBeGreaterThan(2 * Object.keys(TRAFFIC).length);
    const [before, after] = [numbersOf(warm), numbersOf(last)];
    // Connections to vendors come and go one by one, and what is cached is not full yet.
    const grown = Object.keys(MOST).flatMap((name) =>
      after[name]! - before[name]! > MOST[name]! ? [`${name}: ${before[name]} to ${after[name]}`] : [],
    );
    expect(grown).toEqual([]);
  });
});

function numbersOf({ gateways }: Sample): Record<string, number> {
  const { objects, descriptors = 0, threads = 0, heapUsed, external } = gateways[0]!;
  return { ...objects, descriptors, threads, heap: heapUsed, buffers: external };
}
