import type { Trace } from '@parlance/contracts';
import { timelineOf } from './timeline.js';

const base: Trace = { operation: 'speak', plan: [], skipped: [], attempts: [], cache: 'miss', segments: 1 };
const attempt = { provider: 'local', model: 'flite', segment: 0, outcome: 'ok', startMilliseconds: 0, milliseconds: 50 } as const;

describe('a timeline', () => {
  it('lays look-up, attempts and moments out over the whole', () => {
    const { total, bars, moments } = timelineOf({
      ...base,
      lookUpMilliseconds: 10,
      attempts: [
        { ...attempt, provider: 'deepgram', model: 'aura', outcome: 'timeout', startMilliseconds: 20, milliseconds: 60 },
        { ...attempt, startMilliseconds: 100 },
      ],
      firstAudioMilliseconds: 150,
      totalMilliseconds: 200,
    });
    expect(total).toBe(200);
    expect(bars).toEqual([
      { label: 'Cache', kind: 'lookup', outcome: 'not there', start: 0, length: 10, left: 0, width: 5 },
      { label: 'deepgram/aura', kind: 'failed', outcome: 'timeout', start: 20, length: 60, left: 10, width: 30 },
      { label: 'local/flite', kind: 'ok', outcome: 'ok', start: 100, length: 50, left: 50, width: 25 },
    ]);
    expect(moments).toEqual([
      { label: 'First audio', at: 150, left: 75 },
      { label: 'Total', at: 200, left: 100 },
    ]);
  });

  it('shows until when audio came that broke off', () => {
    const { bars } = timelineOf({ ...base, attempts: [{ ...attempt, startMilliseconds: 10, brokenMilliseconds: 310 }] });
    expect(bars[0]).toMatchObject({ kind: 'failed', outcome: 'broke off', start: 10, length: 300 });
  });

  it('is as long as what lasts longest, also where no total is known', () => {
    expect(timelineOf({ ...base, attempts: [{ ...attempt, startMilliseconds: 30 }] }).total).toBe(80);
    expect(timelineOf(base).total).toBe(1);
  });

  it('shows what is too short to be seen, and nothing beyond the end', () => {
    const { bars } = timelineOf({
      ...base,
      totalMilliseconds: 10_000,
      attempts: [{ ...attempt, milliseconds: 0, startMilliseconds: 10_000 }],
    });
    expect(bars[0]!.width).toBeGreaterThan(0);
    expect(bars[0]!.left + bars[0]!.width).toBeLessThanOrEqual(100);
  });

  it('tells tries, pieces and hedges apart', () => {
    const { bars } = timelineOf({
      ...base,
      attempts: [
        { ...attempt, segment: 2, retry: 1, outcome: 'server' },
        { ...attempt, hedge: true, outcome: 'aborted' },
        { ...attempt, outcome: 'aborted' },
      ],
    });
    expect(bars.map(({ label, kind }) => [label, kind])).toEqual([
      ['local/flite (piece 3, try 2)', 'failed'],
      ['local/flite (hedge)', 'unneeded'],
      ['local/flite', 'failed'],
    ]);
  });
});
