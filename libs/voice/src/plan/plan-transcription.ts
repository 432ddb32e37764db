import { TooLongError, UnsupportedError, supportsLanguage, type LanguageTag, type TranscriptionProvider } from '@parlance/contracts';
import type { ModelAliases } from '../voice.module-definition.js';
import { choose, type PlanContext } from './choose.js';
import { fitWishes } from './fit-wishes.js';
import { nobodyPlanned } from './nobody-planned.js';
import { overlay } from './overlay.js';
import type { Plan, TranscriptionCandidate } from './plan.types.js';
import { modelResolver, namedLanguages, pinnedProvider, preferredModel, resolveModel, unknownModel } from './resolve-names.js';

export interface TranscriptionWish {
  model?: string;
  language?: LanguageTag;
  prompt?: string;
  temperature?: number;
  punctuation?: boolean;
  profanityFilter?: boolean;
  /** `false`: the transcript has no times of words. */
  words?: boolean;
  /** The vendor's own options. */
  options?: Readonly<Record<string, unknown>>;
  /** How long the recording is, where somebody wants no more than so much. */
  seconds?: number;
}

/** What is asked of one provider: by the request, and by its entry in the plan where the request says nothing. */
type Wish = Omit<TranscriptionWish, 'model'> & { model?: string | undefined; maximumSeconds?: number };

/** For each provider what is asked of it. */
type WishOf = (provider: TranscriptionProvider) => Wish;

/**
 * Orders the providers that can serve a recording.
 * @throws NotFoundError for a model nobody has; UnsupportedError when nobody understands the language; TooLongError
 * when it is too long for all that would do
 */
export function planTranscription(
  wish: TranscriptionWish,
  providers: readonly TranscriptionProvider[],
  aliases: ModelAliases,
  context?: PlanContext<TranscriptionProvider>,
): Plan<TranscriptionCandidate> {
  const pinned = pinnedProvider(
    wish.model,
    providers.map(({ name }) => name),
  );
  const wishOf: WishOf = ({ name }) => overlay({ ...wish, model: pinned.model }, context?.preferences?.get(name)?.transcription);
  const modelOf = modelResolver(pinned, providers, aliases);
  const candidateFor = (provider: TranscriptionProvider) => {
    if (pinned.provider !== undefined && pinned.provider !== provider.name) return 'another provider was asked for';
    const own = wishOf(provider);
    return candidateOf(provider, own, pinned.model === undefined ? preferredModel(own.model, provider, aliases) : modelOf(provider));
  };
  const choice = {
    candidateOf: (provider: TranscriptionProvider) => tooLong(wishOf(provider)) ?? candidateFor(provider),
    modelOf: ({ model }: TranscriptionCandidate) => model,
    explain: () => {
      const able = providers.filter((provider) => typeof candidateFor(provider) !== 'string');
      return able.length > 0 ? tooLongForAll(able.map(wishOf)) : explain(wish.language, pinned.model, { providers, wishOf, aliases });
    },
  };
  return choose(providers, choice, context);
}

function candidateOf(
  provider: TranscriptionProvider,
  wish: Wish,
  resolved: { model?: string } | undefined,
): TranscriptionCandidate | string {
  const { capabilities } = provider;
  const model = resolved === undefined ? undefined : (resolved.model ?? capabilities.models[0]?.id);
  if (model === undefined) return 'it does not have the model';
  const { language } = wish;
  if (language !== undefined && !supportsLanguage(capabilities.languages, language)) return `it does not understand ${language}`;
  const { wishes, warnings } = fitWishes(wish, capabilities);
  return { provider, model, ...(language === undefined ? {} : { language }), wishes, warnings };
}

function tooLong({ seconds = 0, maximumSeconds = Number.POSITIVE_INFINITY }: Wish): string | undefined {
  return seconds > maximumSeconds ? `it is asked for no more than ${maximumSeconds} s` : undefined;
}

function tooLongForAll(wishes: readonly Wish[]): TooLongError {
  const limit = Math.max(...wishes.map(({ maximumSeconds = 0 }) => maximumSeconds));
  const seconds = Math.round(wishes[0]?.seconds ?? 0);
  return new TooLongError(`The recording is ${seconds} seconds long; at most ${limit} are taken. Send it in parts.`, limit);
}

function explain(
  language: LanguageTag | undefined,
  asked: string | undefined,
  { providers, wishOf, aliases }: { providers: readonly TranscriptionProvider[]; wishOf: WishOf; aliases: ModelAliases },
): Error {
  const [first] = providers;
  if (first === undefined) return nobodyPlanned('transcribes');
  const firstWish = wishOf(first);
  const model = asked ?? firstWish.model;
  const hasModel = (provider: TranscriptionProvider) =>
    asked === undefined
      ? preferredModel(wishOf(provider).model, provider, aliases) !== undefined
      : resolveModel(asked, provider, aliases) !== undefined;
  if (model !== undefined && !providers.some((provider) => hasModel(provider))) return unknownModel(model, providers, aliases);
  return new UnsupportedError(
    `No configured provider can transcribe ${language ?? firstWish.language ?? 'this recording'} (${namedLanguages(providers)}). ` +
      'Set PARLANCE_LOCAL_TRANSCRIPTION_MODEL to a model that understands it, or configure a provider that does.',
    'language',
  );
}
