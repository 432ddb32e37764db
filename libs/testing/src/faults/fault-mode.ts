/** What a proxy does with its connections; each is described at the method of `FaultProxy` that sets it. */
export type FaultMode =
  | { kind: 'pass' }
  | { kind: 'refuse' }
  | { kind: 'black-hole' }
  | { kind: 'reset' }
  | { kind: 'delay'; milliseconds: number }
  | { kind: 'throttle'; bytesPerSecond: number }
  | { kind: 'cut'; bytes: number; once: boolean }
  | { kind: 'garble' };

/** What becomes of the bytes that wait: so many of them go on now, or none for so many milliseconds, or the connection is cut. */
export type Verdict = { go: number } | { wait: number } | 'cut';

/** What one direction of a connection knows of itself. Times are milliseconds of one clock. */
export interface LaneState {
  now: number;
  /** When the first of the waiting bytes came. */
  cameAt: number;
  /** When a throttled lane is free again. */
  freeAt: number;
  /** Bytes that went on since the mode was set. */
  passed: number;
}

/** Steps in which a throttled answer goes on. */
const STEPS_PER_SECOND = 20;

/** What a mode does with the bytes of an answer. */
export function judgeAnswer(mode: FaultMode, { now, cameAt, freeAt, passed }: LaneState): Verdict {
  switch (mode.kind) {
    case 'pass':
    case 'garble':
      return { go: Infinity };
    case 'black-hole':
      return { wait: Infinity };
    case 'refuse':
    case 'reset':
      return 'cut';
    case 'delay':
      return waitOr(cameAt + mode.milliseconds - now, Infinity);
    case 'throttle':
      return waitOr(freeAt - now, Math.max(1, Math.ceil(mode.bytesPerSecond / STEPS_PER_SECOND)));
    case 'cut':
      return passed >= mode.bytes ? 'cut' : { go: mode.bytes - passed };
  }
}

/** What a mode does with the bytes of a request: only a black hole keeps them. */
export function judgeRequest(mode: FaultMode): Verdict {
  return mode.kind === 'black-hole' ? { wait: Infinity } : { go: Infinity };
}

function waitOr(wait: number, go: number): Verdict {
  return wait > 0 ? { wait } : { go };
}
