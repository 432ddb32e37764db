import { NotFoundError, type SpeechProvider, type TraceSkipped, type TranscriptionProvider } from '@parlance/contracts';
import { ProviderFactory, type ProviderLoan, type RetiringModel } from '@parlance/providers';
import { Inject, Injectable } from '@nestjs/common';
import type { Utterance } from '../speech/utterance.js';
import { VOICE_OPTIONS, type VoiceModuleOptions } from '../voice.module-definition.js';
import type { ListedModel, ListedVoice } from '../voice.types.js';
import type { Upstream } from '../resilience/upstream.js';
import { Upstreams } from '../resilience/upstreams.js';
import { admit, type Admitted } from './admit.js';
import { checkEntries } from './check-entries.js';
import type { PlanContext } from './choose.js';
import { Loans } from './loans.js';
import { OwnAccounts } from './own-accounts.js';
import { planSpeech } from './plan-speech.js';
import { planTranscription, type TranscriptionWish } from './plan-transcription.js';
import type { Plan, PlanEntry, ProviderState, SpeechCandidate, TranscriptionCandidate } from './plan.types.js';
import { pinnedProvider, resolveModel } from './resolve-names.js';

/** A plan, and those of its providers that were borrowed for it. */
export type LentPlan<Candidate> = Plan<Candidate> & { loans: Loans };

/** Who is there, under which names, and in which order they are asked. */
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

  /** Models whose end is announced, the next to end first. */
  retiringModels(): readonly RetiringModel[] {
    return this.factory.retiringModels();
  }

  /** Every name a caller may give as `model`: aliases first. */
  models(): ListedModel[] {
    const retiring = this.retiringModels();
    const own = (operation: ListedModel['operation'], providers: readonly (SpeechProvider | TranscriptionProvider)[]) =>
      providers.flatMap(({ name, capabilities }) =>
        capabilities.models.map(({ id }): ListedModel => {
          const end = retiring.find(({ account, model }) => account === name && model === id);
          return { id: `${name}/${id}`, ownedBy: name, operation, ...(end === undefined ? {} : endOf(end)) };
        }),
      );
    const speakers = this.speakers();
    const listeners = this.listeners();
    const aliases = Object.keys(this.options.models ?? {}).flatMap((id): ListedModel[] => {
      const means = (providers: readonly (SpeechProvider | TranscriptionProvider)[]) =>
        providers.some((provider) => resolveModel(id, provider, this.options.models ?? {}) !== undefined);
      return [
        ...(means(speakers) ? [{ id, ownedBy: 'parlance', operation: 'speak' as const }] : []),
        ...(means(listeners) ? [{ id, ownedBy: 'parlance', operation: 'transcribe' as const }] : []),
      ];
    });
    return [...aliases, ...own('speak', speakers), ...own('transcribe', listeners)];
  }

  /** Every name a caller may give as `voice`: aliases first. */
  voices(): ListedVoice[] {
    const providers = this.speakers();
    const own = providers.flatMap(({ name, capabilities }) =>
      capabilities.voices.map((voice) => ({ id: voice.id, name: voice.name, providers: [name], languages: voice.languages, alias: false })),
    );
    const aliases = Object.entries(this.options.voices ?? {}).map(([id, mapping]) => {
      const mapped = providers.filter(({ name }) => mapping[name] !== undefined);
      const languages = new Set(mapped.flatMap(({ capabilities }) => capabilities.languages));
      return { id, name: id, providers: mapped.map(({ name }) => name), languages: [...languages], alias: true };
    });
    return [...aliases.filter(({ providers: mapped }) => mapped.length > 0), ...own];
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
    if (own.speech === undefined) throw new NotFoundError('provider', name, this.factory.speechNames(), { reason: 'provider_not_found' });
    return own.speech;
  }

  private transcriptionFor(name: string, admitted: Admitted, loans: Loans): TranscriptionProvider {
    const own = this.borrowed(name, admitted, loans);
    if (own === undefined) return this.factory.transcriptionProvider(name);
    const known = this.factory.transcriptionNames();
    if (own.transcription === undefined) throw new NotFoundError('provider', name, known, { reason: 'provider_not_found' });
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

  private speakers(): SpeechProvider[] {
    return (this.options.speechPlan ?? this.factory.speechNames()).map((entry) => this.factory.speechProvider(nameOf(entry)));
  }

  private listeners(): TranscriptionProvider[] {
    const plan = this.options.transcriptionPlan ?? this.factory.transcriptionNames();
    return plan.map((entry) => this.factory.transcriptionProvider(nameOf(entry)));
  }
}

function nameOf(entry: PlanEntry): string {
  return typeof entry === 'string' ? entry : entry.name;
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

function endOf({ retires, successor }: RetiringModel): Pick<ListedModel, 'retires' | 'successor'> {
  return { retires, ...(successor === undefined ? {} : { successor }) };
}
