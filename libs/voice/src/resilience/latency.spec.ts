import { Latency } from './latency.js';

describe('Latency', () => {
  const of = (...times: number[]) => {
    const latency = new Latency();
    for (const time of times) latency.add(time);
    return latency;
  };
  const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

  it('says nothing without answers, and no percentile of few', () => {
    expect(of().median).toBeUndefined();
    expect([of(3, 1, 2).median, of(...upTo(19)).percentile(0.95)]).toEqual([2, undefined]);
  });

  it('gives the time that a share of the answers kept to, in whatever order they came', () => {
    const latency = of(...upTo(100).toReversed());
    expect([latency.median, latency.percentile(0.95), latency.percentile(0), latency.percentile(1)]).toEqual([51, 96, 1, 100]);
  });

  it('goes by the latest 128 answers', () => {
    const latency = of(...upTo(128));
    expect(latency.percentile(1)).toBe(128);
    for (let answer = 0; answer < 128; answer++) latency.add(1000);
    expect([latency.percentile(0), latency.median]).toEqual([1000, 1000]);
  });
});
