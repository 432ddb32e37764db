import type { Agent } from '../agents/agent.types.js';
import { speechModelOfToday, voiceOfToday } from './old-names.js';
import type { PlanPreference, SpeakRequest, TranscribeRequest } from '@parlance/voice';
import { usableProviders } from './usable-providers.js';
import { QUIETEST_GAIN, TtsConfig, type ProviderSettings, type SttConfig } from './voice-settings.js';

const BYTES_OF_A_MEBIBYTE = 1024 * 1024;
const SECONDS_OF_AN_HOUR = 3600;

/** All of a request but the text. */
export type SpeechDefaults = Omit<SpeakRequest, 'text' | 'providers'> & { providers?: readonly PlanPreference[] };

/** All of a request but the recording. */
export type TranscriptionDefaults = Omit<TranscribeRequest, 'audio' | 'providers'> & { providers?: readonly PlanPreference[] };

type Asking = Pick<Agent, 'id' | 'tenant' | 'voice' | 'knownProviders'>;

/**
 * What the agent wants said of everything it says. Whether it is to speak at all is not looked at here.
 *
 * `providers` is left out where the agent names none: the service's plan is asked. It is empty where none of the named
 * can speak: somebody the agent did not name never gets its text.
 */
export function speechDefaults(agent: Asking): SpeechDefaults {
  const { providers } = usableProviders(agent.voice.providers, 'speech', agent.knownProviders);
  const [first] = providers;
  return {
    ...common(agent),
    ...(agent.voice.providers.length > 0 && {
      providers: providers.map((provider) => ({
        ...entryOf(provider),
        ...(provider.tts_config && speechOf(provider, provider.tts_config)),
      })),
    }),
    // One reply has one format, whoever speaks: that of the first, so that a fallback is not heard by its file.
    ...(first !== undefined && soundOf(first.tts_config ?? new TtsConfig())),
  };
}

/** What the agent wants said of every recording it is sent; `providers` as in {@link speechDefaults}. */
export function transcriptionDefaults(agent: Asking): TranscriptionDefaults {
  const { providers } = usableProviders(agent.voice.providers, 'transcription', agent.knownProviders);
  const config = providers.find(({ stt_config }) => stt_config !== undefined)?.stt_config;
  return {
    ...common(agent),
    ...(agent.voice.providers.length > 0 && {
      providers: providers.map((provider) => ({ ...entryOf(provider), ...(provider.stt_config && transcriptionOf(provider.stt_config)) })),
    }),
    ...(config !== undefined && { raw: { sampleRate: config.sample_rate_hertz, channels: config.audio_channel_count } }),
  };
}

/** How much the agent takes. */
export function limitsOf({ voice }: Pick<Agent, 'voice'>): { maximumBytes: number } {
  return { maximumBytes: Math.floor(voice.max_file_size_mb * BYTES_OF_A_MEBIBYTE) };
}

function common({ id, tenant, voice }: Asking) {
  return {
    tenant,
    agent: id,
    cache: voice.cache_enabled,
    cacheTtlSeconds: voice.cache_ttl_hours * SECONDS_OF_AN_HOUR,
    rateLimitPerMinute: voice.rate_limit_per_minute,
  };
}

function entryOf({ provider, priority, fallback_enabled: fallback, account }: ProviderSettings): PlanPreference {
  return { name: provider, priority, fallback, ...(account !== undefined && { account }) };
}

function speechOf({ provider }: ProviderSettings, config: TtsConfig): Pick<PlanPreference, 'speech'> {
  const model = speechModelOfToday(provider, config.model);
  const voice = voiceOfToday(provider, config.voice);
  const { language, speed, pitch, volume_gain_db: gain, custom_params: options } = config;
  return {
    speech: {
      ...(model !== undefined && { model }),
      ...(voice !== undefined && { voice }),
      language,
      speed,
      pitch,
      volumeGain: Math.max(gain, QUIETEST_GAIN),
      ...optionsOf(options),
    },
  };
}

function transcriptionOf(config: SttConfig): Pick<PlanPreference, 'transcription'> {
  const { model, language, custom_params: options } = config;
  return {
    transcription: {
      ...(model !== undefined && { model }),
      language,
      maximumSeconds: config.max_duration,
      punctuation: config.enable_automatic_punctuation,
      profanityFilter: config.enable_profanity_filter,
      words: config.enable_word_time_offsets,
      ...optionsOf(options),
    },
  };
}

function optionsOf(options: Readonly<Record<string, unknown>>): { options?: Readonly<Record<string, unknown>> } {
  return Object.keys(options).length > 0 ? { options } : {};
}

function soundOf({ audio_format: format, sample_rate: sampleRate }: TtsConfig): Pick<SpeechDefaults, 'format' | 'sampleRate'> {
  // The old platform's `ogg` is Opus in Ogg, which is what `opus` means here.
  return { format: format === 'ogg' ? 'opus' : format, sampleRate };
}
