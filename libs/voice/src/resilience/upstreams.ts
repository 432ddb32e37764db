import type { SpeechProvider, TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import { Observers } from '../observation/observers.js';
import type { RequestOrigin } from '../voice.types.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import { DEFAULT_BREAKER, type BreakerSettings } from './breaker-settings.js';
import { CircuitBreaker, type BreakerChange, type Permit } from './circuit-breaker.js';
import { LastCalls } from './last-calls.js';
import { Latency } from './latency.js';
import { keyOf, reportOf, type Upstream, type UpstreamName, type UpstreamReport } from './upstream.js';

/** A breaker that changed. */
export interface UpstreamEvent extends BreakerChange {
  upstream: UpstreamName;
  /** Somebody has to mend it: the credentials were refused, or there is nothing left to spend. */
  alert: boolean;
}

export type UpstreamListener = (event: UpstreamEvent) => void;

/** What somebody has decided of a provider by hand, in this process. */
export interface ManualDecision {
  provider: string;
  action: 'hold' | 'close' | 'reset';
  /** How long it is held; Infinity: until it is closed. 0 for the other two. */
  milliseconds: number;
}

/** Says whether this process may try an upstream whose breaker is half open: one process at a time does. */
export type TrialClaim = (upstream: Upstream) => Promise<boolean>;

/** Clients may invent names of models: those that were asked for longest ago are forgotten beyond this. */
const MOST_UPSTREAMS = 10_000;
/** Among so many of the oldest one is looked for that may be forgotten without harm. */
const LOOKED_AT = 100;

const TO_BE_MENDED: readonly string[] = ['auth', 'permission', 'quota'];

/** The live state of everything that can be asked: circuit breakers and latencies. */
@Injectable()
export class Upstreams {
  private readonly known = new Map<string, Upstream>();
  /** Providers held open by hand, and until when (milliseconds of the process's clock). */
  private readonly held = new Map<string, number>();
  private readonly changes = new Observers<UpstreamEvent>();
  private readonly decisions = new Observers<ManualDecision>();
  private claimTrial: TrialClaim | undefined;
  private readonly settings: BreakerSettings;

  constructor(
    @Inject(ProviderFactory) private readonly factory: Pick<ProviderFactory, 'fingerprint'>,
    @Inject(VOICE_OPTIONS) options: VoiceModuleOptions,
  ) {
    this.settings = { ...DEFAULT_BREAKER, ...options.resilience?.breaker };
  }

  of(provider: SpeechProvider | TranscriptionProvider, model: string, operation: UpstreamName['operation']): Upstream {
    return this.named({ provider: provider.name, model, operation, fingerprint: this.factory.fingerprint(provider) });
  }

  named({ provider, model, operation, fingerprint }: UpstreamName): Upstream {
    const name: UpstreamName = { provider, model, operation, fingerprint };
    const key = keyOf(name);
    const upstream = this.known.get(key) ?? this.create(name);
    // The last in the map is the one that was asked for last.
    this.known.delete(key);
    this.known.set(key, upstream);
    if (this.known.size > MOST_UPSTREAMS) this.forgetOldest();
    return upstream;
  }

  /** Leave to ask it once; `undefined`: it is not to be asked now, or another process is trying it. */
  async acquire(upstream: Upstream, origin?: RequestOrigin): Promise<Permit | undefined> {
    const { breaker } = upstream;
    if (breaker.isReady && breaker.state === 'half_open' && this.claimTrial !== undefined && !(await this.claimTrial(upstream))) {
      return undefined;
    }
    return breaker.acquire(origin);
  }

  /** @param claim is asked before every trial; absent: trials need no leave */
  claimTrialsBy(claim: TrialClaim | undefined): void {
    this.claimTrial = claim;
  }

  /** Everything that was asked for so far, of one provider. @param fingerprint of one account of that name; absent: of all */
  report(provider: string, fingerprint?: string): UpstreamReport[] {
    return this.ofProvider(provider, fingerprint).map((upstream) => reportOf(upstream));
  }

  /** Everything that is known of one provider. @param fingerprint as above */
  ofProvider(provider: string, fingerprint?: string): Upstream[] {
    const isMeant = (upstream: Upstream) => fingerprint === undefined || upstream.fingerprint === fingerprint;
    return [...this.known.values()].filter((upstream) => upstream.provider === provider && isMeant(upstream));
  }

  /** Whether a person has decided that the provider is not to be asked. */
  isHeld(provider: string): boolean {
    return this.heldFor(provider) > 0;
  }

  /** Providers that are held, and for how many milliseconds. */
  holds(): [provider: string, milliseconds: number][] {
    return [...this.held.keys()].map((provider): [string, number] => [provider, this.heldFor(provider)]).filter(([, left]) => left > 0);
  }

  /** Whose breakers are open because of what requests found out. */
  open(): Upstream[] {
    return [...this.known.values()].filter(({ breaker }) => breaker.state === 'open' && breaker.cause !== 'manual');
  }

  /** Milliseconds for which it is still held; Infinity: until it is closed. */
  heldFor(provider: string): number {
    return Math.max(0, (this.held.get(provider) ?? 0) - performance.now());
  }

  /** Opens all breakers of a provider by hand, and those it will have. @param milliseconds absent: until `close` or `reset` */
  hold(provider: string, milliseconds = Number.POSITIVE_INFINITY): void {
    this.apply({ provider, action: 'hold', milliseconds });
    this.decisions.tell({ provider, action: 'hold', milliseconds });
  }

  /** Closes all breakers of a provider. */
  close(provider: string): void {
    this.apply({ provider, action: 'close', milliseconds: 0 });
    this.decisions.tell({ provider, action: 'close', milliseconds: 0 });
  }

  /** Closes them, and forgets what was counted and timed. */
  reset(provider: string): void {
    this.apply({ provider, action: 'reset', milliseconds: 0 });
    this.decisions.tell({ provider, action: 'reset', milliseconds: 0 });
  }

  /** Does what somebody has decided. @param elsewhere in another process: nobody is told of the decision again */
  apply({ provider, action, milliseconds }: ManualDecision, elsewhere = false): void {
    if (action === 'hold') this.held.set(provider, performance.now() + milliseconds);
    else this.held.delete(provider);
    for (const { breaker } of this.ofProvider(provider)) {
      if (action === 'hold') breaker.hold(milliseconds, elsewhere);
      else breaker.close('manual', elsewhere);
    }
    if (action !== 'reset') return;
    for (const [key, upstream] of this.known) if (upstream.provider === provider) this.known.delete(key);
  }

  /**
   * Lets trials begin before their time where one of these causes has opened a breaker of the provider.
   * @param fingerprint of one account of that name; absent: of all
   */
  tryEarly(provider: string, causes: readonly string[], fingerprint?: string): void {
    for (const { breaker } of this.ofProvider(provider, fingerprint)) if (isOpenFor(breaker, causes)) breaker.tryEarly();
  }

  /** Milliseconds that the provider's breakers which one of these causes has opened stay open at the most. @param fingerprint as above */
  longestOpen(provider: string, causes: readonly string[], fingerprint?: string): number {
    const open = this.ofProvider(provider, fingerprint).filter(({ breaker }) => isOpenFor(breaker, causes));
    return Math.max(0, ...open.map(({ breaker }) => breaker.waitMilliseconds));
  }

  /** @returns ends the subscription */
  subscribe(listener: UpstreamListener): () => void {
    return this.changes.subscribe(listener);
  }

  /** @returns ends the subscription */
  subscribeToDecisions(listener: (decision: ManualDecision) => void): () => void {
    return this.decisions.subscribe(listener);
  }

  private create(name: UpstreamName): Upstream {
    let alerted = false;
    const onChange = (change: BreakerChange) => {
      const toBeMended = change.to === 'open' && TO_BE_MENDED.includes(change.cause);
      // One process tells of it.
      const alert = toBeMended && !alerted && change.elsewhere !== true;
      // Once until it is well again, whatever else it opens for in between.
      alerted = (alerted || toBeMended) && change.to !== 'closed';
      this.changes.tell({ upstream: name, alert, ...change });
    };
    const breaker = new CircuitBreaker({
      settings: this.settings,
      now: () => performance.now(),
      random: Math.random,
      onChange,
    });
    const held = this.heldFor(name.provider);
    if (held > 0) breaker.hold(held);
    return { ...name, breaker, latency: new Latency(), calls: new LastCalls() };
  }

  /** One that is open is rather remembered: forgetting opens the door again. But nothing grows without end. */
  private forgetOldest(): void {
    let looked = 0;
    let oldest: string | undefined;
    for (const [key, { breaker }] of this.known) {
      oldest ??= key;
      if (breaker.state === 'closed' || ++looked >= LOOKED_AT) {
        this.known.delete(breaker.state === 'closed' ? key : oldest);
        return;
      }
    }
  }
}

function isOpenFor({ state, cause }: CircuitBreaker, causes: readonly string[]): boolean {
  return state === 'open' && cause !== undefined && causes.includes(cause);
}
