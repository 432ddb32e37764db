import { UnsupportedError, supportsLanguage, type LanguageTag, type SpeechProvider } from '@parlance/contracts';
import type { Utterance } from '../speech/utterance.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';
import { fitSettings } from './fit-settings.js';
import { choose, type PlanContext } from './choose.js';
import type { Plan, SpeechCandidate } from './plan.types.js';
import { modelResolver, pinnedProvider, resolveModel, resolveVoice, unknownModel, unknownVoice } from './resolve-names.js';

type Names = Pick<VoiceModuleOptions, 'voices' | 'models'>;

/**
 * Orders the providers that can serve an utterance.
 * @throws NotFoundError for a model or voice nobody has; UnsupportedError when nobody speaks the language
 */
export function planSpeech(
  utterance: Utterance,
  providers: readonly SpeechProvider[],
  names: Names,
  context?: PlanContext<SpeechProvider>,
): Plan<SpeechCandidate> {
  const pinned = pinnedProvider(
    utterance.model,
    providers.map(({ name }) => name),
  );
  const modelOf = modelResolver(pinned, providers, names.models ?? {});
  const choice = {
    candidateOf: (provider: SpeechProvider) => candidateOf(provider, utterance, { ...pinned, modelOf }, names),
    modelOf: ({ request }: SpeechCandidate) => request.model,
    explain: () => explain(utterance, pinned.model, providers, names),
  };
  return choose(providers, choice, context);
}

function candidateOf(
  provider: SpeechProvider,
  utterance: Utterance,
  pinned: { provider?: string; modelOf: ReturnType<typeof modelResolver> },
  names: Names,
): SpeechCandidate | string {
  const { name, capabilities } = provider;
  if (pinned.provider !== undefined && pinned.provider !== name) return 'another provider was asked for';
  const resolved = pinned.modelOf(provider);
  if (resolved === undefined) return 'it does not have the model';
  const askedModel = resolved.model;
  const language = utterance.language ?? languageOfVoice(utterance.voice, capabilities.voices) ?? 'en';
  if (!supportsLanguage(capabilities.languages, language)) return `it does not speak ${language}`;
  if (!knowsVoice(utterance.voice, provider, names)) return 'it does not have the voice';
  const voice = resolveVoice(utterance.voice, { provider: name, language, model: askedModel }, capabilities, names.voices ?? {});
  if (voice === undefined) return `it has no voice for ${language}`;
  if (!supportsLanguage(voice.languages, language)) return `its voice does not speak ${language}`;
  const model = askedModel ?? voice.models?.[0] ?? capabilities.models[0]?.id;
  if (model === undefined) return 'it has no model';
  const { settings, warnings } = fitSettings(utterance, capabilities);
  const { format, sampleRate, options } = utterance;
  return {
    provider,
    request: {
      model,
      voice: voice.id,
      language,
      format,
      ...settings,
      ...(sampleRate === undefined ? {} : { sampleRate }),
      ...(options === undefined ? {} : { options }),
    },
    warnings,
  };
}

function knowsVoice(voice: string | undefined, provider: SpeechProvider, { voices = {} }: Names): boolean {
  return (
    voice === undefined ||
    Object.hasOwn(voices, voice) ||
    provider.capabilities.anyVoice === true ||
    provider.capabilities.voices.some(({ id }) => id === voice)
  );
}

function languageOfVoice(voice: string | undefined, voices: SpeechProvider['capabilities']['voices']): LanguageTag | undefined {
  // A voice of all languages says nothing about the one that is meant.
  return voices.find(({ id }) => id === voice)?.languages.find((language) => language !== '*');
}

/** Why nobody is left, as the error that tells the caller what to change. */
function explain(utterance: Utterance, model: string | undefined, providers: readonly SpeechProvider[], names: Names): Error {
  const { voices = {}, models = {} } = names;
  const hasModel = (provider: SpeechProvider) => model === undefined || resolveModel(model, provider, models) !== undefined;
  if (model !== undefined && !providers.some((provider) => hasModel(provider))) {
    return unknownModel(model, providers, models);
  }
  if (utterance.voice !== undefined && !providers.some((provider) => knowsVoice(utterance.voice, provider, names))) {
    const known = providers.flatMap(({ capabilities }) => capabilities.voices.map(({ id }) => id));
    return unknownVoice(utterance.voice, [...Object.keys(voices), ...known.slice(0, 20)]);
  }
  const language = utterance.language ?? 'en';
  const speaking = providers.map(({ name, capabilities }) => `${name}: ${capabilities.languages.slice(0, 12).join(' ')}`).join('; ');
  return new UnsupportedError(
    `No configured provider can speak ${language} with this model and voice (${speaking || 'no provider is configured'}). ` +
      'Choose a voice of that language, install espeak-ng, set PARLANCE_LOCAL_SPEECH_MODEL to a model that speaks it, or configure a provider that does.',
    'language',
  );
}
