import { Scrape } from '../../../e2e/support/metrics.js';
import type { Outcome } from './outcome.js';
import { SoakWorld } from './soak-world.js';
import { rememberedTurn, TRAFFIC, type Errand } from './traffic.js';
import type { Measure } from './watched-gateway.js';

export interface SoakOptions {
  /** How long callers call; longer, where there were not three measurements by then. */
  seconds: number;
  /** After so many seconds, and at least one whole round of the mix, they rest, and everything is measured. */
  intervalSeconds: number;
  /** How many call at a time. */
  callers: number;
  /** Whether what grows up to its limit is filled before anybody is watched; default: it fills in time. */
  isFilled?: boolean;
  /** Objects are counted at every so many of these; default 1. */
  countEvery?: number;
  /** Two gateways with servers that they share, instead of one by itself. */
  isShared?: boolean;
  /** Told of each measurement. */
  onSample?: (sample: Sample) => void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** Twice what fits into a mebibyte. */
const TURNS_TO_FILL = 3000;
/** Fewer say nothing. */
const LEAST_MEASUREMENTS = 3;

/** What was seen when everybody rested. */
export interface Sample {
  /** Since the callers began. */
  seconds: number;
  /** Errands that were done until then. */
  errands: number;
  /** What went wrong until then, kinds of it. */
  problems: number;
  /** Of each gateway. */
  gateways: readonly (Measure & { /** Milliseconds, of the event loop: since it was last asked. */ delay: number })[];
  temporaryFiles: number;
}

export interface SoakResult {
  samples: readonly Sample[];
  /** How errands ended, how often. */
  outcomes: Readonly<Record<string, Partial<Record<Outcome, number>>>>;
  /** What should not be, each kind once, with how often it was. */
  problems: ReadonlyMap<string, number>;
  /** Lines that gateways should not write. */
  alarms: readonly string[];
  /** Exit codes of the gateways. */
  exits: readonly (number | null)[];
}

/** Callers who do errand after errand, in rounds of the whole mix, each round in another order. */
class Callers {
  readonly outcomes: Record<string, Partial<Record<Outcome, number>>> = {};
  readonly problems = new Map<string, number>();
  done = 0;
  /** Rounds that were begun. */
  rounds = 0;
  private round: [name: string, errand: Errand][] = [];

  constructor(private readonly world: SoakWorld) {}

  /** @param isOver asked after each errand */
  async call(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      const [name, errand] = this.next();
      this.world.maybeFail();
      try {
        const outcome = await errand(this.world);
        const ends = (this.outcomes[name] ??= {});
        ends[outcome] = (ends[outcome] ?? 0) + 1;
      } catch (error) {
        const problem = `${name}: ${describe(error)}`;
        this.problems.set(problem, (this.problems.get(problem) ?? 0) + 1);
      }
      this.done += 1;
    }
  }

  private next(): [name: string, errand: Errand] {
    if (this.round.length === 0) {
      const all = Object.entries(TRAFFIC).flatMap(([name, [times, errand]]) => Array.from({ length: times }, () => ({ name, errand })));
      const order = all.map((one) => ({ ...one, place: Math.random() })).toSorted((a, b) => a.place - b.place);
      this.rounds += 1;
      this.round = order.map(({ name, errand }) => [name, errand]);
    }
    return this.round.pop()!;
  }
}

/** Callers of every kind for a while, who rest now and then, so that what is left behind can be measured. */
export async function soak({ callers: count, isShared = false, isFilled = false, ...options }: SoakOptions): Promise<SoakResult> {
  const world = await SoakWorld.start(isShared);
  const callers = new Callers(world);
  const samples: Sample[] = [];
  let alarms: string[] = [];
  let exits: (number | null)[] = [];
  try {
    if (isFilled) await fillMemory(world, count);
    await callAndRest(world, callers, count, samples, options);
    alarms = world.gateways.flatMap((gateway) => gateway.alarms);
  } finally {
    exits = await world.close();
  }
  return { samples, outcomes: callers.outcomes, problems: callers.problems, alarms, exits };
}

async function callAndRest(
  world: SoakWorld,
  callers: Callers,
  count: number,
  samples: Sample[],
  { seconds, intervalSeconds, countEvery = 1, onSample, signal }: Omit<SoakOptions, 'callers' | 'isShared' | 'isFilled'>,
): Promise<void> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  const isEnded = () => signal?.aborted === true;
  while ((elapsed() < seconds || samples.length < LEAST_MEASUREMENTS) && !isEnded()) {
    const end = elapsed() + intervalSeconds;
    const first = callers.rounds;
    const isOver = () => isEnded() || (elapsed() >= end && callers.rounds > first + 1);
    await Promise.all(Array.from({ length: count }, () => callers.call(isOver)));
    const counted = (samples.length + 1) % countEvery === 0;
    const sample = await measure(world, { seconds: elapsed(), errands: callers.done, problems: callers.problems.size }, counted);
    samples.push(sample);
    onSample?.(sample);
  }
}

/** Conversations and answered turns, which a process remembers where there is no Redis. */
async function fillMemory(world: SoakWorld, callers: number): Promise<void> {
  let left = TURNS_TO_FILL;
  const fill = async () => {
    while (left-- > 0) await rememberedTurn(world);
  };
  await Promise.all(Array.from({ length: callers }, fill));
}

async function measure(world: SoakWorld, sample: Pick<Sample, 'seconds' | 'errands' | 'problems'>, counted: boolean): Promise<Sample> {
  const delays = await Promise.all(world.gateways.map(({ url }) => delayOf(url)));
  await world.rest();
  const gateways = await Promise.all(
    world.gateways.map(async (gateway, index) => ({ ...(await gateway.measure(counted)), delay: delays[index]! })),
  );
  return { ...sample, gateways, temporaryFiles: (await world.temporaryFiles()).length };
}

async function delayOf(url: string): Promise<number> {
  return ((await Scrape.of(url)).of('nodejs_eventloop_lag_p99_seconds')[''] ?? Number.NaN) * 1000;
}

/** Without what differs from one time to the next. */
function describe(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error instanceof Error ? error.message : String(error)}${cause}`.replaceAll(/[0-9a-f]{8,}|\d{3,}(?=\D)/g, (text) =>
    /^[1-5]\d\d$/.test(text) ? text : '…',
  );
}
