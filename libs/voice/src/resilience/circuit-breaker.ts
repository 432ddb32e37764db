import type { ErrorCode, ParlanceError } from '@parlance/contracts';
import type { BreakerSettings } from './breaker-settings.js';
import { FailureWindow } from './failure-window.js';
import { openTime } from './open-time.js';
import type { RequestOrigin } from '../voice.types.js';

export type BreakerState = 'closed' | 'open' | 'half_open';

/** Why a breaker changed: the failure that did it, or a person. */
export type BreakerCause = ErrorCode | 'recovered' | 'manual' | 'time' | 'probe';

export interface BreakerChange {
  from: BreakerState;
  to: BreakerState;
  cause: BreakerCause;
  /** How long it stays open, in milliseconds; absent for good or where it does not open. */
  openMilliseconds?: number;
  /** Another process has said so. */
  elsewhere?: true;
  /** Whose call has changed it. */
  origin?: RequestOrigin;
}

/** What another process says of a breaker that it has opened. */
export interface OpenedElsewhere {
  /** How long it stays open from now on; Infinity: until it is closed by hand. */
  milliseconds: number;
  cause: BreakerCause;
  /** How often it has opened there without a good while in between, before this time. */
  repeats: number;
}

/** Who has changed it: another process, or the call of a request. */
interface ChangeMaker {
  elsewhere?: boolean;
  origin?: RequestOrigin | undefined;
}

export interface BreakerParts {
  settings: BreakerSettings;
  /** Milliseconds of a clock that never goes back: the time of day may jump. */
  now: () => number;
  /** 0-1. */
  random: () => number;
  onChange: (change: BreakerChange) => void;
}

/**
 * Leave to ask the provider once. One of its methods must be called in the end; what is said after the breaker has
 * moved on counts for nothing.
 */
export interface Permit {
  /** The first audio is there: a trial has succeeded. */
  answered(): void;
  /** All of it came. */
  succeeded(): void;
  failed(failure: ParlanceError): void;
  /** Nothing can be said of the provider: the caller left, or the request was to blame. */
  released(): void;
}

/**
 * Keeps requests away from a provider that fails. Closed: all pass, and failures are counted. Open: none pass.
 * Half open, when the time is over: a few real requests try, the first success closes it and any failure opens it
 * for longer.
 */
export class CircuitBreaker {
  private current: BreakerState = 'closed';
  private readonly window: FailureWindow;
  private consecutive = 0;
  private trialsRunning = 0;
  private openUntil = 0;
  private openFor = 0;
  private repeats = 0;
  private closedAt = Number.NEGATIVE_INFINITY;
  private lastCause: BreakerCause | undefined;
  /** Raised with every change: results of an earlier time are late. */
  private epoch = 0;

  constructor(private readonly parts: BreakerParts) {
    this.window = new FailureWindow(parts.settings.windowMilliseconds);
  }

  get state(): BreakerState {
    return this.current === 'open' && this.parts.now() >= this.openUntil ? 'half_open' : this.current;
  }

  /** Milliseconds until a request may try again; 0 when one may. */
  get waitMilliseconds(): number {
    return this.current === 'open' ? Math.max(0, this.openUntil - this.parts.now()) : 0;
  }

  /** What made it change last. */
  get cause(): BreakerCause | undefined {
    return this.lastCause;
  }

  /** Whether a request would get a permit now. */
  get isReady(): boolean {
    return this.state === 'closed' || (this.state === 'half_open' && this.freeTrials > 0);
  }

  /** How often it has opened without a good while in between, before the last time. */
  get openedBefore(): number {
    return this.repeats;
  }

  /** Requests that are trying it just now. */
  get trying(): number {
    return this.trialsRunning;
  }

  /** Calls and failures within the window. */
  get counts(): { calls: number; failures: number; consecutive: number } {
    return { ...this.window.counts(this.parts.now()), consecutive: this.consecutive };
  }

  /** @returns `undefined`: the provider is not to be asked now */
  acquire(origin?: RequestOrigin): Permit | undefined {
    if (this.current === 'open' && this.parts.now() >= this.openUntil) this.change('half_open', 'time', { origin });
    if (this.current === 'open') return undefined;
    if (this.current === 'closed') return this.permit(false, origin);
    if (this.freeTrials <= 0) return undefined;
    this.trialsRunning++;
    return this.permit(true, origin);
  }

  /** Opens it by hand. @param milliseconds absent: until it is closed by hand */
  hold(milliseconds = Number.POSITIVE_INFINITY, elsewhere = false): void {
    this.openUntil = this.parts.now() + milliseconds;
    this.openFor = milliseconds;
    this.change('open', 'manual', { elsewhere });
  }

  /** Opens it on the word of another process; one that is open here stays so for the longer time. */
  adopt({ milliseconds, cause, repeats }: OpenedElsewhere): void {
    const until = this.parts.now() + milliseconds;
    const isOpen = this.state === 'open';
    this.repeats = repeats;
    this.openFor = milliseconds;
    this.openUntil = isOpen ? Math.max(this.openUntil, until) : until;
    if (!isOpen) this.change('open', cause, { elsewhere: true });
  }

  /** Closes it, and forgets what was counted. */
  close(cause: BreakerCause = 'manual', elsewhere = false, origin?: RequestOrigin): void {
    // Whoever closes it by hand says that all is well, and has been.
    if (cause === 'manual') this.repeats = this.openFor = 0;
    this.closedAt = cause === 'manual' ? Number.NEGATIVE_INFINITY : this.parts.now();
    this.consecutive = 0;
    this.window.clear();
    if (this.current !== 'closed') this.change('closed', cause, { elsewhere, origin });
  }

  /** Lets trials begin before the time is over, since something that costs nothing has found the provider alive. */
  tryEarly(elsewhere = false): void {
    if (this.current === 'open' && this.lastCause !== 'manual') this.change('half_open', 'probe', { elsewhere });
  }

  private get freeTrials(): number {
    return this.parts.settings.trials - this.trialsRunning;
  }

  private permit(trial: boolean, origin: RequestOrigin | undefined): Permit {
    let epoch = this.epoch;
    let open = true;
    let holdsTrial = trial;
    const isLate = () => epoch !== this.epoch;
    const giveBack = () => {
      if (holdsTrial && !isLate()) this.trialsRunning--;
      holdsTrial = false;
    };
    const once = (then: () => void) => () => {
      if (!open) return;
      open = false;
      if (!isLate()) then();
      giveBack();
    };
    const answered = () => {
      if (!open || isLate() || !holdsTrial) return;
      giveBack();
      this.close('recovered', false, origin);
      // It goes on in the time it has begun itself.
      epoch = this.epoch;
    };
    return {
      answered,
      succeeded: () => {
        answered();
        once(() => this.count(true))();
      },
      failed: (failure) => once(() => this.fail(failure, origin))(),
      released: once(() => undefined),
    };
  }

  private fail(failure: ParlanceError, origin: RequestOrigin | undefined): void {
    const { breaker } = failure.kind;
    if (breaker === 'ignores') return;
    this.count(false);
    const { calls, failures } = this.window.counts(this.parts.now());
    const { consecutiveFailures, failureRate, minimumCalls } = this.parts.settings;
    const opens =
      this.current === 'half_open' ||
      breaker !== 'counts' ||
      this.consecutive >= consecutiveFailures ||
      (calls >= minimumCalls && failures / calls >= failureRate);
    if (opens) this.open(failure, origin);
  }

  private count(ok: boolean): void {
    this.consecutive = ok ? 0 : this.consecutive + 1;
    this.window.add(ok, this.parts.now());
  }

  private open(failure: ParlanceError, origin: RequestOrigin | undefined): void {
    const { settings, now, random } = this.parts;
    const wasGoodFor = this.current === 'closed' ? now() - this.closedAt : 0;
    this.repeats = wasGoodFor > Math.max(settings.windowMilliseconds, this.openFor) ? 0 : this.repeats + 1;
    this.openFor = openTime(failure, this.repeats, settings, random());
    this.openUntil = now() + this.openFor;
    this.change('open', failure.code, { origin });
  }

  private change(to: BreakerState, cause: BreakerCause, { elsewhere = false, origin }: ChangeMaker): void {
    const from = this.current;
    this.current = to;
    this.lastCause = cause;
    this.epoch++;
    this.trialsRunning = 0;
    const timed = to === 'open' && Number.isFinite(this.openFor);
    const told = {
      ...(timed && { openMilliseconds: Math.round(this.openFor) }),
      ...(elsewhere && { elsewhere }),
      ...(origin && { origin }),
    };
    this.parts.onChange({ from, to, cause, ...told });
  }
}
