import {
  ParlanceError,
  type ErrorCode,
  type Trace,
  type TraceCandidate,
  type TraceSkipped,
  type Usage,
  type Warning,
} from '@parlance/contracts';

/** Keeps the books of one request: its trace, what it used, and what was not done as asked. */
export class Account {
  readonly trace: Trace;
  readonly usage: Usage = {};
  readonly warnings: Warning[] = [];
  private readonly began = performance.now();
  private leader: Account | undefined;

  constructor(operation: Trace['operation'], plan: readonly TraceCandidate[], skipped: readonly TraceSkipped[]) {
    this.trace = { operation, plan, skipped, attempts: [], cache: 'miss', segments: 0 };
  }

  /** Times one call to one provider; the outcome is in the trace whatever happens. */
  async attempt<Result>(candidate: TraceCandidate, segment: number, call: () => Promise<Result>): Promise<Result> {
    const began = performance.now();
    const note = (outcome: 'ok' | ErrorCode) => this.trace.attempts.push({ ...candidate, segment, outcome, milliseconds: since(began) });
    try {
      const result = await call();
      note('ok');
      this.trace.servedBy ??= candidate;
      return result;
    } catch (error) {
      note(error instanceof ParlanceError ? error.code : 'server');
      throw error;
    }
  }

  /** The whole, or a piece, was made for an earlier request: it costs nothing. */
  fromCache(state: 'hit' | 'partial', servedBy: TraceCandidate): void {
    this.trace.cache = state;
    this.trace.servedBy ??= servedBy;
  }

  withoutCache(): void {
    this.trace.cache = 'off';
  }

  /** The work is another request's, which pays for it; its attempts are shown here too. */
  follow(leader: Account): void {
    this.leader = leader;
    this.trace.cache = 'coalesced';
    this.copyFromLeader();
  }

  add(usage: Usage | undefined, warnings: readonly Warning[]): void {
    for (const [name, value] of Object.entries(usage ?? {}) as [keyof Usage, number][]) {
      this.usage[name] = (this.usage[name] ?? 0) + value;
    }
    for (const warning of warnings) {
      if (!this.warnings.some(({ message }) => message === warning.message)) this.warnings.push(warning);
    }
  }

  firstAudio(): void {
    this.trace.firstAudioMilliseconds ??= since(this.began);
  }

  finish(): void {
    this.trace.totalMilliseconds ??= since(this.began);
    this.copyFromLeader();
  }

  private copyFromLeader(): void {
    if (this.leader === undefined) return;
    const { attempts, segments, servedBy } = this.leader.trace;
    this.trace.attempts = [...attempts];
    this.trace.segments = segments;
    if (servedBy !== undefined) this.trace.servedBy = servedBy;
    this.add(undefined, this.leader.warnings);
  }
}

function since(began: number): number {
  return Math.round((performance.now() - began) * 10) / 10;
}
