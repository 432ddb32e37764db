import { HealthIndicatorService } from '@nestjs/terminus';
import type { ParlanceConfiguration } from '@parlance/configuration';
import type { ObjectStore } from '@parlance/contracts';
import { S3ObjectStore } from '@parlance/storage';
import type { VoiceReadiness } from '@parlance/voice';
import type { VolumeSpace } from '../disk-space.js';
import type { WarmUpService } from '../warm-up.service.js';
import { DiskIndicator } from './disk.indicator.js';
import { EnginesIndicator } from './engines.indicator.js';
import { PlanIndicator } from './plan.indicator.js';

const indicators = new HealthIndicatorService();
const GIGABYTE = 1e9;

describe('DiskIndicator', () => {
  const check = (of: () => Promise<VolumeSpace>, lowDiskBytes?: number, objects: object = {}) =>
    new DiskIndicator(
      indicators,
      { dataDirectory: '/data', lowDiskBytes } as ParlanceConfiguration,
      { of },
      objects as ObjectStore,
    ).check();
  const volume = (free: number, total: number) => () => Promise.resolve({ free, total });

  it.each<[string, number, number, number | undefined, string]>([
    ['a twentieth of a small volume', 0.04 * GIGABYTE, GIGABYTE, undefined, 'degraded'],
    ['more than that', 0.06 * GIGABYTE, GIGABYTE, undefined, 'up'],
    ['less than a gibibyte of a large one', GIGABYTE, 1000 * GIGABYTE, undefined, 'degraded'],
    ['more than that', 1.1 * GIGABYTE, 1000 * GIGABYTE, undefined, 'up'],
    ['less than is wanted', 5 * GIGABYTE, 10 * GIGABYTE, 6 * GIGABYTE, 'degraded'],
    ['nothing, which nobody minds', 0, 10 * GIGABYTE, 0, 'up'],
  ])('%s', async (_what, free, total, low, status) => {
    expect(await check(volume(free, total), low)).toEqual({
      disk: { status, freeBytes: free, freeShare: expect.closeTo(free / total, 2) },
    });
  });

  it('says when it cannot be told, or not in time', async () => {
    const unknown = { disk: { status: 'degraded', state: 'unknown' } };
    expect(await check(() => Promise.reject(new Error('/a/path')))).toEqual(unknown);
    expect(await check(() => new Promise(() => undefined))).toEqual(unknown);
  });

  it('says nothing where stored audio is elsewhere', async () => {
    const remote = Object.create(S3ObjectStore.prototype) as object;
    expect(await check(() => Promise.reject(new Error('asked')), undefined, remote)).toEqual({});
  });
});

describe('EnginesIndicator', () => {
  it.each([
    ['ready', false, 'up'],
    ['starting', true, 'down'],
    ['incomplete', true, 'degraded'],
    ['incomplete', false, 'down'],
    ['failed', true, 'down'],
  ] as const)('%s, and others can serve: %s', (state, canServe, status) => {
    const readiness = { canServe: () => canServe } as VoiceReadiness;
    const { engines } = new EnginesIndicator(indicators, { state } as WarmUpService, readiness).check();
    expect(engines?.status).toBe(status);
  });
});

describe('PlanIndicator', () => {
  it.each([
    [true, 'up'],
    [false, 'down'],
  ])('a plan that nobody was set up for, while the other is served: %s', async (isServed, status) => {
    const readiness = { plan: () => [], canServe: () => isServed } as unknown as VoiceReadiness;
    const { speech } = await new PlanIndicator(indicators, readiness).check();
    expect(speech).toEqual({ status, able: [] });
  });
});
