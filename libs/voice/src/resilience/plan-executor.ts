import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError, type SpeechProvider, type TranscriptionProvider } from '@parlance/contracts';
import { Inject, Injectable, Optional } from '@nestjs/common';
import { ProviderQuota } from '../usage/provider-quota.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { Deadline } from './deadline.js';
import { HedgeAllowance } from './hedge-allowance.js';
import { LOST, PlanRun } from './plan-run.js';
import type { PlanTask, RequestLimits, Served } from './plan-task.js';
import { RetryAllowance } from './retry-allowance.js';
import { Upstreams } from './upstreams.js';

type Asked = SpeechProvider | TranscriptionProvider;

/** Has one of several candidates do something: retries, fallback, circuit breakers, time limits and hedging. */
@Injectable()
export class PlanExecutor {
  private readonly deadlineMilliseconds: number;
  private readonly retries: number;
  private readonly hedges: HedgeAllowance | undefined;
  /** Milliseconds a provider may be silent before anything has come of it. */
  readonly patience: number;
  /** Milliseconds it may pause after that. */
  readonly idle: number;

  constructor(
    readonly upstreams: Upstreams,
    @Inject(VOICE_OPTIONS) { resilience = {} }: VoiceModuleOptions,
    @Optional() private readonly quota?: ProviderQuota,
  ) {
    this.deadlineMilliseconds = resilience.deadlineMilliseconds ?? 60_000;
    this.patience = resilience.firstByteMilliseconds ?? 15_000;
    this.idle = resilience.idleMilliseconds ?? this.patience;
    this.retries = resilience.retries ?? 2;
    this.hedges =
      resilience.hedgedShare === undefined || resilience.hedgedShare === 0 ? undefined : new HedgeAllowance(resilience.hedgedShare);
  }

  /** The time and the retries of one request. @param extraMilliseconds for work that takes long by its nature */
  limits(extraMilliseconds = 0): RequestLimits {
    return { retries: new RetryAllowance(this.retries), deadline: new Deadline(this.deadlineMilliseconds + extraMilliseconds) };
  }

  /** @throws ParlanceError when no candidate serves; AbortedError */
  async run<Candidate extends { provider: Asked }, Result>(task: PlanTask<Candidate, Result>): Promise<Served<Candidate, Result>> {
    const run = new PlanRun(task, this.upstreams, this.quota);
    const delay = this.hedgeDelay(task);
    const served = delay === undefined ? await run.lane(task.signal) : await this.hedged(run, task, delay);
    task.account.served(task.traceOf(served.candidate));
    return served;
  }

  /** The first candidate's own p95; `undefined`: no hedge. */
  private hedgeDelay<Candidate extends { provider: Asked }, Result>({ candidates, operation, traceOf }: PlanTask<Candidate, Result>) {
    const [first] = candidates;
    if (this.hedges === undefined || first === undefined || candidates.length < 2) return undefined;
    this.hedges.countRequest();
    return this.upstreams.of(first.provider, traceOf(first).model, operation).latency.percentile(0.95);
  }

  /** Starts a second lane when the first is slower than usual; the first to serve wins and the other is aborted. */
  private async hedged<Candidate extends { provider: Asked }, Result>(
    run: PlanRun<Candidate, Result>,
    { signal, discard }: PlanTask<Candidate, Result>,
    delay: number,
  ): Promise<Served<Candidate, Result>> {
    const lanes = [new AbortController(), new AbortController()] as const;
    const timer = new AbortController();
    const first = run.lane(AbortSignal.any([signal, lanes[0].signal]));
    // When the first has come to its end in time, the second is never begun.
    const settled = () => timer.abort();
    first.then(settled, settled);
    const second = sleep(delay, undefined, { signal: timer.signal }).then(() => {
      if (this.hedges?.take() !== true) throw new Error('Enough requests are hedged.');
      return run.lane(AbortSignal.any([signal, lanes[1].signal]), true);
    });
    try {
      const [served, loser] = await Promise.any([first.then((won) => [won, 1] as const), second.then((won) => [won, 0] as const)]);
      const late = [first, second][loser];
      late?.then(
        ({ result, permit, giveUp }) => {
          permit.released();
          giveUp();
          discard(result);
        },
        () => undefined,
      );
      lanes[loser].abort(LOST);
      return served;
    } catch {
      // What either lane has thrown was only what was known by then.
      throw signal.aborted ? new AbortedError(signal.reason) : run.failure();
    } finally {
      timer.abort();
    }
  }
}
