import type { AgentWarning } from './agent-warning.js';
import { speechModelOfToday, voiceOfToday } from './old-names.js';
import { readFields } from './read-fields.js';
import { plainSecrets, resolveReferences, type Environment } from './secret-references.js';
import { hears, speaks, usableProviders, type KnownProviders } from './usable-providers.js';
import { QUIETEST_GAIN, VoiceSettings, type ProviderSettings } from './voice-settings.js';

/** The announced end of a model: the day (`YYYY-MM-DD`) and, in words, what to ask for instead. */
export interface ModelEnd {
  retires: string;
  successor?: string;
}

/** What is known beside the settings. */
export interface VoiceSettingsContext {
  /** The accounts that can be asked; absent: it is not known, and nobody is missed. */
  knownProviders?: KnownProviders;
  retirementOf?: (provider: string, model: string) => ModelEnd | undefined;
  /** Where `env:NAME` in `custom_settings` is looked up; absent: it is not. */
  environment?: Environment;
}

export interface ReadVoiceSettings {
  /** With its defaults; of use only where there are no problems. */
  settings: VoiceSettings;
  warnings: AgentWarning[];
  /** Each begins with a path, and holds no value. */
  problems: string[];
}

/**
 * Reads the voice settings of an agent, in the shape the old platform writes. Never throws: what is wrong comes back,
 * all of it at once.
 * @param where the path of the value, for warnings and problems
 */
export function readVoiceSettings(value: unknown, where: string, context: VoiceSettingsContext = {}): ReadVoiceSettings {
  const { fields: settings, warnings, problems } = readFields(VoiceSettings, value, where);
  const providers = settings.providers.map((provider, index) => ({ provider, path: `${where}.providers[${index}]` }));
  for (const [index, { provider, path }] of providers.entries()) {
    provider.priority ??= index + 1;
    problems.push(...plainSecrets(provider.custom_settings, `${path}.custom_settings`));
    if (context.environment !== undefined) resolveAccount(provider, path, context.environment, problems);
    warnings.push(...namesOfOld(provider, path), ...endsOf(provider, path, context));
  }
  problems.push(...equalPriorities(providers));
  if (problems.length === 0) warnings.push(...notAsked(settings, where, context.knownProviders));
  return { settings, warnings, problems };
}

type Placed = readonly { provider: ProviderSettings; path: string }[];

function resolveAccount(provider: ProviderSettings, path: string, environment: Environment, problems: string[]): void {
  const given = resolveReferences(provider.custom_settings, `${path}.custom_settings`, environment, problems);
  // As all else in an agent is written: `api_key` for the account's `apiKey`.
  const account = Object.fromEntries(Object.entries(given).map(([name, value]) => [camelCase(name), value]));
  if (Object.keys(account).length > 0) Object.defineProperty(provider, 'account', { value: account, enumerable: false });
}

function camelCase(name: string): string {
  return name.replaceAll(/_+([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function equalPriorities(providers: Placed): string[] {
  return providers.flatMap(({ provider: { priority }, path }, index) => {
    const first = providers.findIndex((other) => other.provider.priority === priority);
    return first === index ? [] : [`${path}.priority must be unlike that of providers[${first}]; default: its place in the list`];
  });
}

function namesOfOld({ provider, tts_config: speech }: ProviderSettings, path: string): AgentWarning[] {
  if (speech === undefined) return [];
  const { voice, model, volume_gain_db: gain } = speech;
  const today = voiceOfToday(provider, voice);
  return [
    ...(today === voice
      ? []
      : [{ path: `${path}.tts_config.voice`, message: `${provider} does not have the voice ${voice} any more: ${today} speaks instead.` }]),
    ...(speechModelOfToday(provider, model) === model
      ? []
      : [{ path: `${path}.tts_config.model`, message: `${provider} has no such model: the voice decides, as in ru-RU-Wavenet-A.` }]),
    ...(gain >= QUIETEST_GAIN
      ? []
      : [{ path: `${path}.tts_config.volume_gain_db`, message: `It is made quieter by ${-QUIETEST_GAIN} dB at most.` }]),
  ];
}

function endsOf(
  { provider, stt_config, tts_config }: ProviderSettings,
  path: string,
  { retirementOf }: VoiceSettingsContext,
): AgentWarning[] {
  return Object.entries({ stt_config, tts_config }).flatMap(([section, config]) => {
    const model = config?.model;
    const end = model === undefined ? undefined : retirementOf?.(provider, model);
    if (end === undefined) return [];
    const successor = end.successor === undefined ? '' : ` Its successor is ${end.successor}.`;
    const message = `The model ${provider}/${model} is served by its vendor until ${end.retires}.${successor}`;
    return [{ path: `${path}.${section}.model`, message }];
  });
}

function notAsked({ providers }: VoiceSettings, where: string, known: KnownProviders | undefined): AgentWarning[] {
  if (providers.length === 0) return [];
  const missing = providers.flatMap((provider, index) => {
    const lacks = [
      ...(speaks(provider) && !(known?.speech.includes(provider.provider) ?? true) ? ['speaking'] : []),
      ...(hears(provider) && !(known?.transcription.includes(provider.provider) ?? true) ? ['hearing'] : []),
    ];
    const message = `${provider.provider} is not configured here for ${lacks.join(' and ')}: it is left out of the plan.`;
    return lacks.length === 0 ? [] : [{ path: `${where}.providers[${index}].provider`, message }];
  });
  const twice = (['speech', 'transcription'] as const).flatMap((operation) => usableProviders(providers, operation, known).twice);
  const repeated = [...new Set(twice)].map((name) => ({
    path: `${where}.providers`,
    message: `${name} stands there twice for the same: that of the lower priority counts.`,
  }));
  const idle = [
    ...(usableProviders(providers, 'speech', known).providers.length === 0 ? ['speak'] : []),
    ...(usableProviders(providers, 'transcription', known).providers.length === 0 ? ['hear'] : []),
  ].map((verb) => ({ path: `${where}.providers`, message: `None of them can ${verb} for this agent here.` }));
  return [...missing, ...repeated, ...idle];
}
