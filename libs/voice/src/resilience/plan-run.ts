import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  LinkedController,
  ParlanceError,
  throwIfAborted,
  unlessAborted,
  type SpeechProvider,
  type TranscriptionProvider,
} from '@parlance/contracts';
import type { AttemptInfo } from '../account.js';
import type { ProviderQuota } from '../usage/provider-quota.js';
import type { Permit } from './circuit-breaker.js';
import { exhausted, type Barred, type Failed } from './exhausted.js';
import type { PlanTask, Served } from './plan-task.js';
import type { Upstream } from './upstream.js';
import type { Upstreams } from './upstreams.js';
import { unforeseenFailure } from './unforeseen.js';
import { Watchdog } from './watchdog.js';

/** Why a lane is ended that was not needed: another was faster. */
export const LOST = new Error('Another provider was faster.');

const nothing = (): void => undefined;
/** What was made before has asked nobody. */
const NO_PERMIT: Permit = { answered: nothing, succeeded: nothing, failed: nothing, released: nothing };

/**
 * One way through a plan: the candidates are asked in order until one serves. Several lanes may draw from the same
 * queue at the same time; no candidate is asked twice, but for retries.
 */
export class PlanRun<Candidate extends { provider: SpeechProvider | TranscriptionProvider; account?: string }, Result> {
  private readonly queue: Candidate[];
  private readonly failed: Failed[] = [];
  private readonly barred: Barred[] = [];
  private blamed: Candidate | undefined;
  private verdict: ParlanceError | undefined;

  constructor(
    private readonly task: PlanTask<Candidate, Result>,
    private readonly upstreams: Upstreams,
    private readonly quota?: Pick<ProviderQuota, 'isLimited' | 'take'>,
  ) {
    this.queue = [...task.candidates];
  }

  /** @throws ParlanceError when no candidate is left, AbortedError */
  async lane(signal: AbortSignal, hedge = false): Promise<Served<Candidate, Result>> {
    for (;;) {
      throwIfAborted(signal);
      const candidate = this.verdict === undefined ? this.queue.shift() : undefined;
      if (candidate === undefined) throw this.failure();
      const known = this.task.known?.(candidate);
      if (known !== undefined) return { candidate, result: known, permit: NO_PERMIT, giveUp: nothing, cached: true, failed: this.failed };
      const served = await this.askWithRetries(candidate, signal, hedge);
      if (served !== undefined) return served;
    }
  }

  /** Why nobody has served. */
  failure(): ParlanceError {
    return this.verdict ?? exhausted(this.failed, this.barred, this.task.account.trace.attempts);
  }

  private async askWithRetries(candidate: Candidate, signal: AbortSignal, hedge: boolean): Promise<Served<Candidate, Result> | undefined> {
    const { limits, traceOf, operation, account } = this.task;
    const name = traceOf(candidate);
    const upstream = this.upstreams.of(candidate.provider, name.model, operation);
    for (let retries = 0; ; retries++) {
      // The limit is that of the configured account.
      if (candidate.account === undefined && this.quota?.isLimited(name.provider) === true && (await this.isOverLimit(upstream, signal)))
        return undefined;
      const permit = limits.deadline.remaining > 0 ? await this.upstreams.acquire(upstream, account.origin) : undefined;
      if (permit === undefined) {
        if (retries === 0) this.barred.push({ provider: name.provider, upstream, late: limits.deadline.remaining <= 0 });
        return undefined;
      }
      const began = performance.now();
      const info = { segment: this.task.segment, ...(retries > 0 && { retry: retries }), ...(hedge && { hedge }) };
      try {
        // The caller may have left while leave to ask was waited for.
        throwIfAborted(signal);
        return await this.ask(candidate, upstream, permit, info, signal);
      } catch (error) {
        if (signal.aborted) {
          permit.released();
          throw new AbortedError(signal.reason);
        }
        const failure = error as ParlanceError;
        upstream.calls.failed(failure.code);
        this.blame(candidate, failure, permit);
        this.failed.push({ provider: name.provider, failure });
        if (this.isFinal(failure)) return undefined;
        const took = performance.now() - began;
        const othersLeft = this.queue.some((other) => this.mayServe(other));
        const barredFor = upstream.breaker.waitMilliseconds;
        const pause = limits.retries.take({ failure, retries, took, othersLeft, barredFor, deadline: limits.deadline });
        if (pause === undefined) return undefined;
        await sleep(pause, undefined, { signal }).catch(() => {
          throw new AbortedError(signal.reason);
        });
      }
    }
  }

  /** Whether the provider's own limit is reached: it is left out. One whose breaker is open is not counted. */
  private async isOverLimit(upstream: Upstream, signal: AbortSignal): Promise<boolean> {
    const { provider } = upstream;
    const limitedSeconds = upstream.breaker.isReady ? await this.quota?.take(provider) : undefined;
    throwIfAborted(signal);
    if (limitedSeconds === undefined) return false;
    // One that was asked and may not be again has its failure to show.
    if (this.failed.some((one) => one.provider === provider)) return true;
    this.barred.push({ provider, upstream, late: false, limitedSeconds });
    this.task.account.leftOut(provider, 'its limit of requests a minute is reached');
    return true;
  }

  private mayServe(candidate: Candidate): boolean {
    const { traceOf, operation, known } = this.task;
    return this.upstreams.of(candidate.provider, traceOf(candidate).model, operation).breaker.isReady || known?.(candidate) !== undefined;
  }

  /** @throws ParlanceError, whatever was thrown */
  private async ask(
    candidate: Candidate,
    upstream: Upstream,
    permit: Permit,
    info: AttemptInfo,
    signal: AbortSignal,
  ): Promise<Served<Candidate, Result>> {
    const { call, discard, patience, idle, limits, account, traceOf } = this.task;
    const stop = new LinkedController(signal);
    const watchdog = new Watchdog(patience, stop, idle);
    // Signs of life put off the one, and nothing the other. A timer may fire a moment early.
    const end = new Watchdog(Math.ceil(limits.deadline.remaining) + 1, stop);
    const began = performance.now();
    let first: number | undefined;
    const alive = () => {
      first ??= performance.now() - began;
      watchdog.alive();
    };
    try {
      const result = await account.attempt(traceOf(candidate), info, async () => {
        try {
          return await unlessAborted(call(candidate, stop.signal, alive), stop.signal, discard);
        } catch (error) {
          if (signal.aborted) throw new AbortedError(signal.reason);
          const late = end.fired ? 'no time left' : watchdog.fired ? 'silent' : undefined;
          throw this.named(candidate, late ?? error, first === undefined ? patience : idle);
        }
      });
      upstream.latency.add(first ?? performance.now() - began);
      upstream.calls.succeeded();
      permit.answered();
      return {
        candidate,
        result,
        permit: upstream.calls.noting(permit, () => stop.unlink()),
        giveUp: () => stop.abort(),
        cached: false,
        failed: this.failed,
      };
    } catch (error) {
      // How slow it was belongs to what is known of it: otherwise only its fast answers would.
      if (signal.reason === LOST) upstream.latency.add(performance.now() - began);
      stop.abort();
      throw error;
    } finally {
      watchdog.stop();
      end.stop();
    }
  }

  /** Whatever was thrown, as a failure of this provider. @param patience it was waited for so many milliseconds */
  private named({ provider: { name: provider } }: Candidate, error: unknown, patience: number): ParlanceError {
    if (error === 'silent' || error === 'no time left') {
      const silence = `${provider} gave nothing for ${Math.round(patience)} ms. Try again.`;
      const message =
        error === 'silent' ? silence : `${provider} was not done when the time for this request was over. Try again, or with less.`;
      return new ParlanceError('timeout', message, { provider, reason: 'deadline' });
    }
    if (error instanceof ParlanceError && error.code !== 'aborted') return error;
    return unforeseenFailure(provider, error, this.task.account.origin);
  }

  /**
   * Only the first provider that breaks on a request is to blame for it: when all of them do, it may well be the
   * request, and one bad request must not open every breaker. Whoever is really down will be the first next time.
   */
  private blame(candidate: Candidate, failure: ParlanceError, permit: Permit): void {
    if (failure.kind.breaker === 'counts') {
      this.blamed ??= candidate;
      if (this.blamed !== candidate) return permit.released();
    }
    permit.failed(failure);
  }

  /** Whether nobody else is to be asked after this. */
  private isFinal(failure: ParlanceError): boolean {
    const { fallback } = failure.kind;
    const again = this.failed.filter((one) => one.failure.code === failure.code).length > 1;
    if (fallback === 'no' || (fallback === 'once' && again)) this.verdict = failure;
    return this.verdict !== undefined;
  }
}
