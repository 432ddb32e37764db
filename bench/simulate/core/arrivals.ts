import type { Clock } from './clock.js';
import type { Random } from './random.js';

/** Does one request and says when it is over. */
export type Serve = (over: () => void) => void;

/**
 * So many callers, each of whom asks again as soon as he is answered.
 * @param within milliseconds over which they begin, spread evenly
 */
export function closedLoop(clock: Clock, callers: number, within: number, serve: Serve): void {
  const again = () => serve(again);
  for (let caller = 0; caller < callers; caller++) clock.after((caller / callers) * within, again);
}

/**
 * Arrivals that know nothing of each other, at a rate that may change with the time: thinned out of the highest rate.
 * @param rate per millisecond at that time of the clock; never above `highest`, and 0: no more will come
 */
export function poisson(clock: Clock, random: Random, rate: (time: number) => number, highest: number, arrive: () => void): void {
  const next = () => {
    clock.after(random.exponential(1 / highest), () => {
      const now = rate(clock.now);
      if (now === 0) return;
      next();
      if (random.next() * highest < now) arrive();
    });
  };
  next();
}

/** The rate at a time of day next to that of the mean: 1 in the mean over a day, `peak` in the evening. */
export function dailyCurve(peak: number): (hour: number) => number {
  // A raised cosine; its exponent is what makes its mean 1/peak of its top.
  const weights = (power: number) => HOURS.map((hour) => raised(hour, power));
  let [low, high] = [0, 400];
  for (let step = 0; step < 50; step++) {
    const power = (low + high) / 2;
    const mean = weights(power).reduce((sum, weight) => sum + weight, 0) / HOURS.length;
    if (1 / mean < peak) low = power;
    else high = power;
  }
  return (hour) => peak * raised(hour, low);
}

const BUSIEST_HOUR = 19;
const HOURS = Array.from({ length: 240 }, (_, index) => index / 10);

function raised(hour: number, power: number): number {
  return ((1 + Math.cos(((hour - BUSIEST_HOUR) / 12) * Math.PI)) / 2) ** power;
}
