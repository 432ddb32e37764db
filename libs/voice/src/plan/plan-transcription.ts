import { UnsupportedError, supportsLanguage, type LanguageTag, type TranscriptionProvider, type Warning } from '@parlance/contracts';
import type { ModelAliases } from '../voice.module-definition.js';
import { choose, type PlanContext } from './choose.js';
import type { Plan, TranscriptionCandidate } from './plan.types.js';
import { modelResolver, pinnedProvider, resolveModel, unknownModel } from './resolve-names.js';

export interface TranscriptionWish {
  model?: string;
  language?: LanguageTag;
  prompt?: string;
  temperature?: number;
}

/**
 * Orders the providers that can serve a recording.
 * @throws NotFoundError for a model nobody has; UnsupportedError when nobody understands the language
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
  const modelOf = modelResolver(pinned, providers, aliases);
  const choice = {
    candidateOf: (provider: TranscriptionProvider) => candidateOf(provider, wish, pinned.provider, modelOf(provider)),
    modelOf: ({ model }: TranscriptionCandidate) => model,
    explain: () => explain(wish, pinned.model, providers, aliases),
  };
  return choose(providers, choice, context);
}

function candidateOf(
  provider: TranscriptionProvider,
  wish: TranscriptionWish,
  pinned: string | undefined,
  resolved: { model?: string } | undefined,
): TranscriptionCandidate | string {
  const { name, capabilities } = provider;
  if (pinned !== undefined && pinned !== name) return 'another provider was asked for';
  const model = resolved === undefined ? undefined : (resolved.model ?? capabilities.models[0]?.id);
  if (model === undefined) return 'it does not have the model';
  const { language } = wish;
  if (language !== undefined && !supportsLanguage(capabilities.languages, language)) return `it does not understand ${language}`;
  return { provider, model, ...(language === undefined ? {} : { language }), warnings: warningsOf(wish, provider) };
}

function warningsOf(wish: TranscriptionWish, { capabilities }: TranscriptionProvider): Warning[] {
  const ignored = [
    ...(wish.prompt !== undefined && !capabilities.prompt ? ['prompt'] : []),
    ...(wish.temperature !== undefined && wish.temperature !== 0 && capabilities.temperature !== true ? ['temperature'] : []),
  ];
  return ignored.map((param) => ({
    code: 'unsupported_option',
    param,
    message: `The provider has no '${param}' setting: it was left out.`,
  }));
}

function explain(
  wish: TranscriptionWish,
  model: string | undefined,
  providers: readonly TranscriptionProvider[],
  aliases: ModelAliases,
): Error {
  if (model !== undefined && !providers.some((provider) => resolveModel(model, provider, aliases) !== undefined)) {
    return unknownModel(model, providers, aliases);
  }
  const understood = providers.map(({ name, capabilities }) => `${name}: ${capabilities.languages.slice(0, 12).join(' ')}`).join('; ');
  return new UnsupportedError(
    `No configured provider can transcribe ${wish.language ?? 'this recording'} (${understood || 'no provider is configured'}). ` +
      'Set PARLANCE_LOCAL_TRANSCRIPTION_MODEL to a model that understands it, or configure a provider that does.',
    'language',
  );
}
