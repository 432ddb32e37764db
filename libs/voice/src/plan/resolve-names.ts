import {
  NotFoundError,
  primaryLanguage,
  supportsLanguage,
  type LanguageTag,
  type ModelInfo,
  type SpeechCapabilities,
  type VoiceInfo,
} from '@parlance/contracts';
import type { ModelAliases, VoiceAliases } from '../voice.module-definition.js';

/** `provider/model` taken apart where the first part is a provider's name. */
export function pinnedProvider(model: string | undefined, providers: readonly string[]): { provider?: string; model?: string } {
  if (model === undefined) return {};
  const slash = model.indexOf('/');
  const provider = slash < 0 ? model : model.slice(0, slash);
  if (!providers.includes(provider)) return { model };
  return slash < 0 ? { provider } : { provider, model: model.slice(slash + 1) };
}

/** What the model of a request is looked up in. */
interface ModelOwner {
  name: string;
  capabilities: { models: readonly ModelInfo[]; anyModel?: boolean };
}

/**
 * Tells of each provider which of its models serves a request: `{}` for its default, `undefined` for none. An alias
 * that somebody has a model for means "a model like this": whoever has no mapping for it takes its default.
 */
export function modelResolver(
  pinned: { provider?: string; model?: string },
  providers: readonly ModelOwner[],
  aliases: ModelAliases,
): (provider: ModelOwner) => { model?: string } | undefined {
  const { model: asked } = pinned;
  if (asked === undefined) return () => ({});
  const isShared =
    pinned.provider === undefined && Object.hasOwn(aliases, asked) && providers.some((one) => resolveModel(asked, one, aliases));
  return (provider) => {
    const model = resolveModel(asked, provider, aliases, pinned.provider === provider.name);
    if (model !== undefined) return { model };
    return isShared ? {} : undefined;
  };
}

/**
 * The provider's own model for one that settings want of it: the provider is named there, so that it is asked for.
 * `{}`: its default; `undefined`: it does not have the model.
 */
export function preferredModel(wanted: string | undefined, provider: ModelOwner, aliases: ModelAliases): { model?: string } | undefined {
  const { model: asked } = pinnedProvider(wanted, [provider.name]);
  if (asked === undefined) return {};
  const model = resolveModel(asked, provider, aliases, true);
  return model === undefined ? undefined : { model };
}

/** The provider's own model for the one asked for; `undefined` when it has none. */
export function resolveModel(asked: string, { name, capabilities }: ModelOwner, aliases: ModelAliases, pinned = false): string | undefined {
  const lists = (model: string) => capabilities.models.some(({ id }) => id === model);
  if (lists(asked)) return asked;
  const mapped = Object.hasOwn(aliases, asked) ? aliases[asked]?.[name] : undefined;
  if (mapped !== undefined && (lists(mapped) || capabilities.anyModel === true)) return mapped;
  // A name that nobody knows goes to a provider that takes any only when that provider was asked for.
  return pinned && capabilities.anyModel === true ? asked : undefined;
}

/**
 * The provider's own voice for the one asked for. An alias means "a voice like this": where the mapped one does
 * not speak the language, another that does stands in.
 */
export function resolveVoice(
  asked: string | undefined,
  wanted: { provider: string; language: LanguageTag; model?: string | undefined },
  capabilities: SpeechCapabilities,
  aliases: VoiceAliases,
): VoiceInfo | undefined {
  const { provider, language, model } = wanted;
  const voices = capabilities.voices.filter((voice) => model === undefined || voice.models === undefined || voice.models.includes(model));
  const own = voices.find(({ id }) => id === asked);
  if (own !== undefined) return own;
  const speaking = voices.filter((voice) => supportsLanguage(voice.languages, language));
  const mapped = asked === undefined ? undefined : mappedVoice(aliases[asked]?.[provider], language);
  const listed = speaking.find(({ id }) => id === mapped);
  const free = mapped ?? (asked !== undefined && Object.hasOwn(aliases, asked) ? undefined : asked);
  // A listed voice of another language is no stranger: it must not be made to speak this one.
  const isStranger = !capabilities.voices.some(({ id }) => id === free);
  if (listed === undefined && free !== undefined && isStranger && capabilities.anyVoice === true)
    return { id: free, name: free, languages: [language] };
  return listed ?? nearest(speaking, language);
}

/** The first, or one of the same model that has just this language: a voice of all Portuguese is not that of Brazil. */
function nearest(speaking: readonly VoiceInfo[], language: LanguageTag): VoiceInfo | undefined {
  const [first] = speaking;
  const siblings = speaking.filter(({ models }) => models?.join() === first?.models?.join());
  return siblings.find(({ languages }) => languages.includes(language)) ?? first;
}

function mappedVoice(mapping: string | Readonly<Record<string, string>> | undefined, language: LanguageTag): string | undefined {
  if (mapping === undefined || typeof mapping === 'string') return mapping;
  return mapping[language] ?? mapping[primaryLanguage(language)];
}

const VOICES_NAMED = 20;
const LANGUAGES_NAMED = 12;

/** Names every model there is, aliases first. */
export function unknownModel(asked: string, providers: readonly ModelOwner[], aliases: ModelAliases): NotFoundError {
  const served = Object.keys(aliases).filter((alias) => providers.some((one) => resolveModel(alias, one, aliases) !== undefined));
  const own = providers.flatMap(({ name, capabilities }) => capabilities.models.map(({ id }) => `${name}/${id}`));
  const available = [...served, ...own];
  return new NotFoundError('model', asked, available, { param: 'model', reason: 'model_not_found' });
}

/** Names every alias, and some of the providers' own voices: there may be hundreds. */
export function unknownVoice(asked: string, aliases: readonly string[], listed: readonly string[]): NotFoundError {
  const own = [...new Set(listed)].filter((voice) => !aliases.includes(voice));
  const more = own.length > VOICES_NAMED ? [`and ${own.length - VOICES_NAMED} more, which GET /v1/audio/voices lists`] : [];
  const available = [...aliases, ...own.slice(0, VOICES_NAMED), ...more];
  return new NotFoundError('voice', asked, available, { param: 'voice', reason: 'voice_not_found' });
}

/** Some of the languages of each, and how many more there are: espeak-ng has more than a hundred. */
export function namedLanguages(providers: readonly { name: string; capabilities: { languages: readonly LanguageTag[] } }[]): string {
  return providers
    .map(({ name, capabilities: { languages } }) => {
      const more = languages.length > LANGUAGES_NAMED ? ` and ${languages.length - LANGUAGES_NAMED} more` : '';
      return `${name}: ${languages.slice(0, LANGUAGES_NAMED).join(' ')}${more}`;
    })
    .join('; ');
}
