import { closedLoop, dailyCurve, poisson } from './arrivals.js';
import { Clock } from './clock.js';
import { Latencies } from './latencies.js';
import { Machine } from './machine.js';
import { Random } from './random.js';
import { Vendor } from './vendor.js';

const SERVICE = 10;

/** Mean milliseconds in a queue before one server, arrivals and service included. */
function meanTime(utilisation: number, service: (random: Random) => number, seed = 7): number {
  const [clock, random] = [new Clock(), new Random(seed)];
  const server = new Machine(clock, 1).process();
  const seen = new Latencies(0);
  const rate = utilisation / SERVICE;
  poisson(
    clock,
    random,
    () => rate,
    rate,
    () => {
      const began = clock.now;
      server.work(service(random), () => seen.add(began, clock.now));
    },
  );
  clock.runUntil(3_000_000);
  return seen.mean;
}

const relative = (value: number, expected: number) => Math.abs(value / expected - 1);

describe('the queue before one server', () => {
  it.each([0.3, 0.6, 0.8])('is that of M/M/1 at a utilisation of %d', (utilisation) => {
    const expected = SERVICE / (1 - utilisation);
    expect(
      relative(
        meanTime(utilisation, (random) => random.exponential(SERVICE)),
        expected,
      ),
    ).toBeLessThan(0.05);
  });

  it.each([0.3, 0.6, 0.8])('is that of M/D/1 at a utilisation of %d', (utilisation) => {
    const expected = SERVICE * (1 + utilisation / (2 * (1 - utilisation)));
    expect(
      relative(
        meanTime(utilisation, () => SERVICE),
        expected,
      ),
    ).toBeLessThan(0.05);
  });

  it('is the same for the same seed, and another for another', () => {
    const times = [7, 7, 8].map((seed) => meanTime(0.6, (random) => random.exponential(SERVICE), seed));
    expect(times[0]).toBe(times[1]);
    expect(times[0]).not.toBe(times[2]);
  });
});

describe('Machine', () => {
  const ends = (cores: number, processes: number) => {
    const clock = new Clock();
    const machine = new Machine(clock, cores);
    const times: number[] = [];
    for (let index = 0; index < processes; index++) machine.process().work(10, () => times.push(clock.now));
    clock.runUntil(1000);
    return times;
  };

  it('gives each process a core while there are enough', () => {
    expect(ends(2, 1)).toEqual([10]);
    expect(ends(2, 2)).toEqual([10, 10]);
    expect(ends(1.5, 1)).toEqual([10]);
    for (const time of ends(1.5, 2)) expect(time).toBeCloseTo(10 / 0.75);
  });

  it('shares a core among those that are beyond that, and lets an idle one take over, but not at once', () => {
    const [first, second, third] = ends(2, 3);
    expect(first).toBe(10);
    // Until the other core takes one of them, two have half of one each.
    expect(second).toBeGreaterThan(15);
    expect(second).toBeLessThan(17);
    expect(third).toBe(second);
    expect(ends(1, 3)).toEqual([30, 30, 30]);
  });

  it('begins on an idle core when its own is busy', () => {
    const clock = new Clock();
    const machine = new Machine(clock, 2);
    const times: number[] = [];
    const [one, , other] = [machine.process(), machine.process(), machine.process()];
    for (const process of [one, other]) process.work(10, () => times.push(clock.now));
    clock.runUntil(1000);
    expect(times).toEqual([10, 10]);
  });

  it('does the tasks of one process in order, however many cores there are', () => {
    const clock = new Clock();
    const process = new Machine(clock, 4).process();
    const times: [string, number][] = [];
    for (const name of ['a', 'b', 'c']) process.work(5, () => times.push([name, clock.now]));
    clock.runUntil(1000);
    expect(times).toEqual([
      ['a', 5],
      ['b', 10],
      ['c', 15],
    ]);
    expect(process.asked).toBe(15);
  });

  it('speeds up who is left when another has ended', () => {
    const clock = new Clock();
    const machine = new Machine(clock, 1);
    const times: number[] = [];
    machine.process().work(10, () => times.push(clock.now));
    machine.process().work(20, () => times.push(clock.now));
    clock.runUntil(1000);
    expect(times).toEqual([20, 30]);
  });
});

describe('closedLoop', () => {
  it('has as many under way as there are callers: throughput times latency', () => {
    const clock = new Clock();
    const server = new Machine(clock, 1).process();
    const seen = new Latencies(1000);
    closedLoop(clock, 16, 0, (over) => {
      const began = clock.now;
      server.work(2, () => {
        seen.add(began, clock.now);
        over();
      });
    });
    clock.runUntil(11_000);
    expect(relative(seen.perSecond(11_000), 500)).toBeLessThan(0.01);
    expect(seen.percentile(0.5)).toBeCloseTo(32);
  });
});

describe('Vendor', () => {
  it('has rate times latency under way, and refuses beyond its quota', () => {
    const run = (quota?: number) => {
      const [clock, random] = [new Clock(), new Random(3)];
      const vendor = new Vendor(clock, () => random.logNormal(100, 200), quota);
      poisson(
        clock,
        random,
        () => 0.2,
        0.2,
        () =>
          vendor.ask(
            () => undefined,
            () => undefined,
          ),
      );
      clock.runUntil(100_000);
      return vendor;
    };
    const free = run();
    expect(free.refused).toBe(0);
    // 0.2 a millisecond and 109 ms in the mean: 22 in the mean.
    expect(free.most).toBeGreaterThan(30);
    const bounded = run(20);
    expect(bounded.most).toBe(20);
    expect(bounded.refused).toBeGreaterThan(1000);
  });
});

describe('Random', () => {
  it('is what its parameters say', () => {
    const random = new Random(1);
    const of = (draw: () => number) => Array.from({ length: 50_000 }, draw).toSorted((a, b) => a - b);
    const uniform = of(() => random.next());
    expect(uniform[0]).toBeGreaterThanOrEqual(0);
    expect(uniform.at(-1)).toBeLessThan(1);
    expect(relative(uniform[25_000]!, 0.5)).toBeLessThan(0.02);
    const skewed = of(() => random.logNormal(100, 300));
    expect(relative(skewed[25_000]!, 100)).toBeLessThan(0.03);
    expect(relative(skewed[47_500]!, 300)).toBeLessThan(0.05);
  });
});

describe('dailyCurve', () => {
  it.each([2, 3, 5])('has a mean of 1 and a peak of %d', (peak) => {
    const curve = dailyCurve(peak);
    const hours = Array.from({ length: 240 }, (_, index) => curve(index / 10));
    expect(hours.reduce((sum, value) => sum + value, 0) / 240).toBeCloseTo(1, 3);
    expect(Math.max(...hours)).toBeCloseTo(peak, 6);
  });
});
