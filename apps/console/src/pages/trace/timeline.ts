import type { Trace, TraceAttempt } from '@parlance/contracts';

/** A stretch of time of a request; milliseconds since it came in, and percents of all of it. */
export interface Bar {
  label: string;
  /** `ok`, `failed`, `unneeded` (begun beside another and not needed), or `lookup`. */
  kind: 'ok' | 'failed' | 'unneeded' | 'lookup';
  /** How it ended, in words. */
  outcome: string;
  start: number;
  length: number;
  left: number;
  width: number;
}

export interface Moment {
  label: string;
  at: number;
  left: number;
}

export interface Timeline {
  total: number;
  bars: readonly Bar[];
  moments: readonly Moment[];
}

/** Narrower than this nobody sees it. */
const LEAST_PERCENT = 0.6;

type Span = Omit<Bar, 'left' | 'width'>;

/** What was done for a request, as it lies in time. */
export function timelineOf(trace: Trace): Timeline {
  const { lookUpMilliseconds, firstAudioMilliseconds, totalMilliseconds, attempts } = trace;
  const lookup: Span[] =
    lookUpMilliseconds === undefined
      ? []
      : [{ label: 'Cache', kind: 'lookup', outcome: cacheOutcome(trace), start: 0, length: lookUpMilliseconds }];
  const spans = [...lookup, ...attempts.map(attemptSpan)];
  const ends = spans.map(({ start, length }) => start + length);
  const total = Math.max(1, totalMilliseconds ?? 0, firstAudioMilliseconds ?? 0, ...ends);
  const share = (milliseconds: number) => (milliseconds / total) * 100;
  const bars = spans.map((span) => {
    const width = Math.max(LEAST_PERCENT, share(span.length));
    return { ...span, left: Math.min(share(span.start), 100 - width), width };
  });
  const moments = [
    { label: trace.operation === 'speak' ? 'First audio' : 'First words', at: firstAudioMilliseconds },
    { label: 'Total', at: totalMilliseconds },
  ].flatMap(({ label, at }) => (at === undefined ? [] : [{ label, at, left: share(at) }]));
  return { total, bars, moments };
}

/** Until the first audio or the failure; where the audio broke off later, until then. */
function attemptSpan(attempt: TraceAttempt): Span {
  const { startMilliseconds: start, milliseconds, brokenMilliseconds, outcome } = attempt;
  const known = { label: labelOf(attempt), start };
  if (brokenMilliseconds === undefined) return { ...known, kind: kindOf(attempt), outcome, length: milliseconds };
  return { ...known, kind: 'failed', outcome: 'broke off', length: Math.max(milliseconds, brokenMilliseconds - start) };
}

function labelOf({ provider, model, segment, retry, hedge }: TraceAttempt): string {
  const more = [
    ...(segment > 0 ? [`piece ${segment + 1}`] : []),
    ...(retry !== undefined ? [`try ${retry + 1}`] : []),
    ...(hedge === true ? ['hedge'] : []),
  ];
  return `${provider}/${model}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}

function kindOf({ outcome, hedge }: TraceAttempt): Bar['kind'] {
  if (outcome === 'ok') return 'ok';
  return outcome === 'aborted' && hedge === true ? 'unneeded' : 'failed';
}

function cacheOutcome({ cache }: Trace): string {
  return { off: 'not used', miss: 'not there', hit: 'was there', coalesced: 'shared', partial: 'in part' }[cache];
}
