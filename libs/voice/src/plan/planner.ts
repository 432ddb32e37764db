import type { SpeechProvider, TraceSkipped, TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory, unknownProvider, type ProviderLoan } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import type { Utterance } from '../speech/utterance.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { Upstream } from '../resilience/upstream.js';
import { Upstreams } from '../resilience/upstreams.js';
import { admit, type Admitted } from './admit.js';
import { checkEntries } from './check-entries.js';
import type { PlanContext } from './choose.js';
import { Loans } from './loans.js';
import { nameOf } from './name-of.js';
import { OwnAccounts } from './own-accounts.js';
import { planSpeech } from './plan-speech.js';
import { planTranscription, type TranscriptionWish } from './plan-transcription.js';
import type { Plan, PlanEntry, ProviderState, SpeechCandidate, TranscriptionCandidate } from './plan.types.js';
import { pinnedProvider } from './resolve-names.js';

/** A plan, and those of its providers that were borrowed for it. */
export type LentPlan<Candidate> = Plan<Candidate> & { loans: Loans };

/** Who is asked, and in which order. */
@Injectable()
export class Planner {
  constructor(
    private readonly factory: ProviderFactory,
    private readonly upstreams: Upstreams,
    @Inject(VOICE_OPTIONS) private readonly options: VoiceModuleOptions,
    private readonly accounts: OwnAccounts,
  ) {}

  get maximumTextCharacters(): number {
    return this.options.maximumTextCharacters ?? 100_000;
  }

  /** Whether the same request is always planned in the same order, whoever may be asked at the time. */
  get keepsOrder(): boolean {
    return (this.options.resilience?.routing ?? 'order') === 'order';
  }

  /** @throws InvalidRequestError, NotFoundError, UnsupportedError, ParlanceError `permission` */
  speech(utterance: Utterance, asked?: readonly PlanEntry[]): LentPlan<SpeechCandidate> {
    const all = this.factory.speechNames();
    const admitted = this.admitted(asked ?? this.options.speechPlan ?? all, all, utterance);
    return this.lending(admitted, (loans) => {
      const providers = admitted.names.map((name) => this.speechFor(name, admitted, loans));
      return planSpeech(utterance, providers, this.options, this.context(admitted, 'speak'));
    });
  }

  /**
   * @param seconds how long the recording is; asked for only where an entry wants no more than so much
   * @throws InvalidRequestError, NotFoundError, TooLargeError, UnsupportedError, ParlanceError `permission`
   */
  async transcription(
    wish: TranscriptionWish,
    tenant: string,
    asked: readonly PlanEntry[] | undefined,
    seconds: () => Promise<number>,
  ): Promise<LentPlan<TranscriptionCandidate>> {
    const all = this.factory.transcriptionNames();
    const admitted = this.admitted(asked ?? this.options.transcriptionPlan ?? all, all, { ...wish, tenant });
    const isLimited = [...admitted.preferences.values()].some(({ transcription }) => transcription?.maximumSeconds !== undefined);
    const timed = isLimited ? { ...wish, seconds: await seconds() } : wish;
    return this.lending(admitted, (loans) => {
      const providers = admitted.names.map((name) => this.transcriptionFor(name, admitted, loans));
      return planTranscription(timed, providers, this.options.models ?? {}, this.context(admitted, 'transcribe'));
    });
  }

  async warmUp(): Promise<void> {
    await this.factory.warmUp();
  }

  /** Borrows for a plan, and gives back at once when there is none. */
  private lending<Candidate>({ skipped }: Admitted, plan: (loans: Loans) => Plan<Candidate>): LentPlan<Candidate> {
    const loans = new Loans();
    try {
      return { ...including(skipped, plan(loans)), loans };
    } catch (error) {
      loans.giveBack();
      throw error;
    }
  }

  private speechFor(name: string, admitted: Admitted, loans: Loans): SpeechProvider {
    const own = this.borrowed(name, admitted, loans);
    if (own === undefined) return this.factory.speechProvider(name);
    if (own.speech === undefined) throw unknownProvider(name, this.factory.speechNames());
    return own.speech;
  }

  private transcriptionFor(name: string, admitted: Admitted, loans: Loans): TranscriptionProvider {
    const own = this.borrowed(name, admitted, loans);
    if (own === undefined) return this.factory.transcriptionProvider(name);
    if (own.transcription === undefined) throw unknownProvider(name, this.factory.transcriptionNames());
    return own.transcription;
  }

  /** The provider with an account of the asker's own, where the plan has one for it. */
  private borrowed(name: string, { preferences }: Admitted, loans: Loans): ProviderLoan['provider'] | undefined {
    const own = preferences.get(name)?.account;
    return own === undefined ? undefined : loans.add(this.accounts.borrow(name, own));
  }

  /** `provider/model` asks for that provider, whether or not the plan has it. */
  private admitted(plan: readonly PlanEntry[], all: readonly string[], { model, tenant }: { model?: string; tenant: string }): Admitted {
    const { provider } = pinnedProvider(model, all);
    const { tenants = {} } = this.options;
    const policy = (Object.hasOwn(tenants, tenant) ? tenants[tenant] : tenants['*']) ?? {};
    const entries = checkEntries(plan);
    const pinned = provider === undefined ? entries : [entries.find((entry) => nameOf(entry) === provider) ?? provider];
    return admit(pinned, policy, (name, own) => this.factory.vendorOf(name, own));
  }

  private context({ preferences }: Admitted, operation: Upstream['operation']): PlanContext<SpeechProvider | TranscriptionProvider> {
    const { routing } = this.options.resilience ?? {};
    return {
      preferences,
      accountOf: (provider) => (preferences.get(provider.name)?.account === undefined ? undefined : this.factory.fingerprint(provider)),
      stateOf: (provider, model) => stateOf(this.upstreams.of(provider, model, operation), routing === 'latency'),
      ...(routing !== undefined && { routing }),
    };
  }
}

function including<Candidate>(skipped: readonly TraceSkipped[], plan: Plan<Candidate>): Plan<Candidate> {
  return skipped.length === 0 ? plan : { ...plan, skipped: [...skipped, ...plan.skipped] };
}

function stateOf({ breaker, latency }: Upstream, timed: boolean): ProviderState {
  // Sorting what is known of every candidate would be for nothing where nobody looks at it.
  const median = timed ? latency.median : undefined;
  return { ...(breaker.isReady ? {} : { barred: whyBarred(breaker) }), ...(median !== undefined && { latency: median }) };
}

function whyBarred({ state, cause, waitMilliseconds }: Upstream['breaker']): string {
  if (state === 'half_open') return 'its circuit breaker is half open and the trials are under way';
  const time = Number.isFinite(waitMilliseconds) ? `for another ${Math.ceil(waitMilliseconds / 1000)} s` : 'until it is closed by hand';
  return `its circuit breaker is open ${time} (${cause})`;
}
