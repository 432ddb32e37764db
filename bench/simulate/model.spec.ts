import { CONNECTIONS_PER_ORIGIN } from '../../libs/providers/src/http/connection-pools.js';
import { compare, isGood } from './check.js';
import { COSTS, DEPLOYMENTS, KINDS, QUEUE_JOB, type Input, type Measured, type Scenario } from './measured.js';
import { predict } from './model.js';
import { Assumptions } from './plan/assumptions.js';
import { planStep } from './plan/step.js';

const input = (value: number): Input => ({ value, unit: '', where: '' });

/** Where every process takes 1 ms for a request, whatever it is, but for what is said otherwise. */
function measuredWith(costs: Readonly<Record<string, number>> = {}, cores = 16): Measured {
  const names = DEPLOYMENTS.flatMap((deployment) =>
    KINDS.flatMap((kind) => Object.keys(COSTS).map((cost) => [deployment, kind, cost] as const)),
  );
  const inputs = names.map(([deployment, kind, cost]) => [`${deployment}/${kind}/${cost}`, input(costs[cost] ?? 1)] as const);
  const others = { [QUEUE_JOB]: input(0.1), 'shared/turn/residentMiB': input(512), 'shared/speech/tagBytes': input(150) };
  return { machine: { node: '', processor: '', cores, day: '' }, inputs: { ...Object.fromEntries(inputs), ...others }, figures: {} };
}

const load: Scenario = { kind: 'speech', deployment: 'alone', callers: 64, replicas: 1, vendor: [0, 0] };

describe('predict', () => {
  it('is bound by the slowest process while there are cores enough', () => {
    expect(predict(measuredWith({ gateway: 4 }), load).perSecond).toBeCloseTo(250, -1);
    expect(predict(measuredWith({ gateway: 4 }), { ...load, replicas: 2 }).perSecond).toBeCloseTo(500, -1);
    expect(predict(measuredWith({ client: 5 }), { ...load, replicas: 2 }).perSecond).toBeCloseTo(200, -1);
  });

  it('is bound by all processors together where there are few', () => {
    const costs = { gateway: 4, client: 2, vendor: 1, redis: 0, helpers: 1 };
    expect(predict(measuredWith(costs, 1), load).perSecond).toBeCloseTo(1000 / 8, -1);
    expect(predict(measuredWith(costs, 2), load, 1).perSecond).toBeCloseTo(1000 / 8, -1);
  });

  it('has callers wait for a vendor, and beyond its connections for each other', () => {
    const few = predict(measuredWith(), { ...load, callers: 100, vendor: [1800, 1800] });
    expect(few.p50).toBeGreaterThan(1800);
    expect(few.p50).toBeLessThan(1820);
    const many = predict(measuredWith(), { ...load, callers: 4 * CONNECTIONS_PER_ORIGIN, vendor: [1800, 1800] });
    expect(Math.abs(many.perSecond / (CONNECTIONS_PER_ORIGIN / 1.8) - 1)).toBeLessThan(0.05);
  });

  it('takes what one caller waits for beyond all processors', () => {
    expect(predict(measuredWith({ latency: 50 }), { ...load, callers: 1 }).p50).toBeCloseTo(50, 0);
  });

  it('is the same every time', () => {
    const scenario = { ...load, vendor: [100, 300] as const };
    expect(predict(measuredWith(), scenario)).toEqual(predict(measuredWith(), scenario));
  });
});

describe('compare', () => {
  it('finds what is more than a fifth off, in either direction', () => {
    const measured = measuredWith({ gateway: 4 });
    const right = { ...load, ...predict(measured, load), coresOfOthers: 0 };
    const figures = { right, quick: { ...right, perSecond: right.perSecond * 1.3 }, slow: { ...right, p50: right.p50 * 0.8 } };
    expect(compare({ ...measured, figures }).map((one) => [one.name, isGood(one)])).toEqual([
      ['right', true],
      ['quick', false],
      ['slow', false],
    ]);
  });
});

describe('planStep', () => {
  const assumptions = Assumptions.read();

  it('gives what the peak needs, and finds it served', () => {
    const step = planStep(measuredWith({ gateway: 20, redis: 2 }), assumptions, 5_000_000);
    const utilisation = assumptions.of('utilisation');
    expect(step.peak.gateway).toBeGreaterThan(0.8 * utilisation);
    expect(step.peak.gateway).toBeLessThan(1.05 * utilisation);
    expect(step.peak.turns).toBeGreaterThan(50_000);
    expect(step.peak.added).toBeLessThan(200);
    expect(step.refused).toBeGreaterThan(0.1);
  });

  it('gives gateways for the connections to vendors, too', () => {
    const idle = planStep(measuredWith({ gateway: 0.1, redis: 0.1 }), assumptions, 40_000_000);
    expect(Math.max(...idle.peak.underWay)).toBeGreaterThan(CONNECTIONS_PER_ORIGIN);
    expect(Math.max(...idle.peak.underWay) / idle.replicas).toBeLessThan(CONNECTIONS_PER_ORIGIN);
    expect(idle.peak.added).toBeLessThan(50);
  });
});
