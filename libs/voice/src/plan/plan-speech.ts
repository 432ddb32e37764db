import { UnsupportedError, supportsLanguage, type LanguageTag, type SpeechProvider, type Warning } from '@parlance/contracts';
import type { Utterance } from '../speech/utterance.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';
import { fitSettings } from './fit-settings.js';
import { choose, type PlanContext } from './choose.js';
import { nobodyPlanned } from './nobody-planned.js';
import { overlay } from './overlay.js';
import type { Plan, SpeechCandidate } from './plan.types.js';
import {
  modelResolver,
  namedLanguages,
  pinnedProvider,
  preferredModel,
  resolveModel,
  resolveVoice,
  unknownModel,
  unknownVoice,
} from './resolve-names.js';

type Names = Pick<VoiceModuleOptions, 'voices' | 'models'>;

/** What is asked of one provider: by the request, and by its entry in the plan where the request says nothing. */
type Wish = Omit<Utterance, 'model'> & { model?: string | undefined };

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
  const wishOf = ({ name }: SpeechProvider): Wish =>
    overlay({ ...utterance, model: pinned.model }, context?.preferences?.get(name)?.speech);
  const modelOf = modelResolver(pinned, providers, names.models ?? {});
  const { voice } = utterance;
  const inPlay = pinned.provider === undefined ? providers : providers.filter(({ name }) => name === pinned.provider);
  // Who takes any voice would be asked for that of another vendor, and its refusal may end the request.
  const isListed =
    voice !== undefined && !Object.hasOwn(names.voices ?? {}, voice) && inPlay.some((provider) => listsVoice(voice, provider));
  const choice = {
    candidateOf: (provider: SpeechProvider) => {
      if (pinned.provider !== undefined && pinned.provider !== provider.name) return 'another provider was asked for';
      if (isListed && !listsVoice(voice, provider)) return 'it does not have the voice';
      const wish = wishOf(provider);
      const model = pinned.model === undefined ? preferredModel(wish.model, provider, names.models ?? {}) : modelOf(provider);
      return model === undefined ? 'it does not have the model' : candidateOf(provider, wish, model.model, names);
    },
    modelOf: ({ request }: SpeechCandidate) => request.model,
    explain: () =>
      explain(
        providers.map((provider) => ({ provider, wish: wishOf(provider) })),
        { ...utterance, model: pinned.model },
        names,
      ),
  };
  return choose(providers, choice, context);
}

function candidateOf(provider: SpeechProvider, wish: Wish, askedModel: string | undefined, names: Names): SpeechCandidate | string {
  const { name, capabilities } = provider;
  const language = wish.language ?? languageOfVoice(wish.voice, capabilities.voices) ?? 'en';
  if (!supportsLanguage(capabilities.languages, language)) return `it does not speak ${language}`;
  if (!knowsVoice(wish.voice, provider, names)) return 'it does not have the voice';
  const voice = resolveVoice(wish.voice, { provider: name, language, model: askedModel }, capabilities, names.voices ?? {});
  if (voice === undefined) return `it has no voice for ${language}`;
  if (!supportsLanguage(voice.languages, language)) return `its voice does not speak ${language}`;
  const model = askedModel ?? voice.models?.[0] ?? capabilities.models[0]?.id;
  if (model === undefined) return 'it has no model';
  const { speed = 1, pitch = 0, volumeGain = 0, instructions, format, sampleRate, options } = wish;
  const fitted = fitSettings({ speed, pitch, volumeGain, ...(instructions !== undefined && { instructions }) }, capabilities);
  return {
    provider,
    request: {
      model,
      voice: voice.id,
      language,
      format,
      ...fitted.settings,
      ...(sampleRate === undefined ? {} : { sampleRate }),
      ...(options === undefined ? {} : { options }),
    },
    warnings: [...fitted.warnings, ...rateWarning(wish)],
  };
}

function rateWarning({ format, sampleRate, askedSampleRate }: Wish): Warning[] {
  if (askedSampleRate === undefined) return [];
  const message = `'sampleRate' was set to ${sampleRate}: ${format} does not have ${askedSampleRate} Hz.`;
  return [{ code: 'clipped', param: 'sampleRate', message }];
}

function knowsVoice(voice: string | undefined, provider: SpeechProvider, { voices = {} }: Names): boolean {
  return voice === undefined || Object.hasOwn(voices, voice) || provider.capabilities.anyVoice === true || listsVoice(voice, provider);
}

function listsVoice(voice: string, { capabilities }: SpeechProvider): boolean {
  return capabilities.voices.some(({ id }) => id === voice);
}

function languageOfVoice(voice: string | undefined, voices: SpeechProvider['capabilities']['voices']): LanguageTag | undefined {
  // A voice of all languages says nothing about the one that is meant.
  return voices.find(({ id }) => id === voice)?.languages.find((language) => language !== '*');
}

/** Why nobody is left, as the error that tells the caller what to change. */
function explain(wishes: readonly { provider: SpeechProvider; wish: Wish }[], asked: Wish, names: Names): Error {
  if (wishes.length === 0) return nobodyPlanned('speaks');
  const { voices = {}, models = {} } = names;
  const providers = wishes.map(({ provider }) => provider);
  const model = asked.model ?? wishes[0]?.wish.model;
  const hasModel = ({ provider, wish }: (typeof wishes)[number]) =>
    asked.model === undefined
      ? preferredModel(wish.model, provider, models) !== undefined
      : resolveModel(asked.model, provider, models) !== undefined;
  if (model !== undefined && !wishes.some((one) => hasModel(one))) return unknownModel(model, providers, models);
  const voice = asked.voice ?? wishes[0]?.wish.voice;
  if (voice !== undefined && !wishes.some(({ provider, wish }) => knowsVoice(wish.voice, provider, names))) {
    const known = providers.flatMap(({ capabilities }) => capabilities.voices.map(({ id }) => id));
    return unknownVoice(voice, Object.keys(voices), known);
  }
  const wanted = asked.language ?? wishes[0]?.wish.language;
  // Nobody named a language: what does not go together is the voice and the model.
  if (wanted === undefined && voice !== undefined && model !== undefined) return unfitVoice(voice, model, providers);
  const language = wanted ?? 'en';
  return new UnsupportedError(
    `No configured provider can speak ${language} with this model and voice (${namedLanguages(providers)}). ` +
      `Choose a voice of that language, ${hasEspeak(providers) ? '' : 'install espeak-ng, '}set PARLANCE_LOCAL_SPEECH_MODEL to a model that speaks it, or configure a provider that does.`,
    'language',
  );
}

/** Whoever has its model has it installed: it is no way out for them. */
function hasEspeak(providers: readonly SpeechProvider[]): boolean {
  return providers.some(({ capabilities }) => capabilities.models.some(({ id }) => id === 'espeak-ng'));
}

function unfitVoice(voice: string, model: string, providers: readonly SpeechProvider[]): Error {
  // Who speaks OpenAI's API has to name a model: there is no leaving it out.
  const having = providers.flatMap(({ name, capabilities }) =>
    capabilities.voices.filter(({ id }) => id === voice).flatMap(({ models = [] }) => models.map((id) => `${name}/${id}`)),
  );
  const remedy = having.length === 0 ? 'Leave out one of the two' : `Ask for a model that has it (${having.join(', ')})`;
  return new UnsupportedError(
    `No configured provider has the voice '${voice}' with the model '${model}'. ${remedy}, or choose another voice, which GET /v1/audio/voices lists.`,
    'voice',
  );
}
