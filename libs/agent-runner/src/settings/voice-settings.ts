import { IsOptional } from 'class-validator';
import { Fields } from './read-fields.js';
import { IsBetween, IsFlag, IsLanguage, IsName, IsOneOf, IsOptions, IsSection, IsText, IsTexts, IsWholeBetween } from './fields.js';

export const INTENT_DETECTION_MODES = ['keywords', 'always', 'disabled'] as const;
export const STT_SAMPLE_RATES = [8000, 16_000, 22_050, 44_100, 48_000] as const;
export const TTS_AUDIO_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm', 'ogg'] as const;

/** Decibels: what a `SpeakRequest` takes. */
export const QUIETEST_GAIN = -20;

/** The names below are those of the configuration files, which other programs write: hence the snake case. */

/** How one provider hears. */
export class SttConfig extends Fields {
  /** `false`: it hears nothing for this agent. */
  @IsFlag()
  enabled = true;

  /** Default: the provider's own. */
  @IsOptional()
  @IsText(256)
  model?: string;

  @IsLanguage()
  language = 'ru-RU';

  /** The longest recording it is sent, seconds. */
  @IsBetween(1, 600)
  max_duration = 60;

  @IsFlag()
  enable_word_time_offsets = false;

  @IsFlag()
  enable_automatic_punctuation = true;

  @IsFlag()
  enable_profanity_filter = false;

  /** Of recordings without a header. */
  @IsWholeBetween(1, 8)
  audio_channel_count = 1;

  /** Hz, of recordings without a header. */
  @IsOneOf(STT_SAMPLE_RATES)
  sample_rate_hertz: number = 16_000;

  /** The vendor's own options of a request. */
  @IsOptions()
  custom_params: Record<string, unknown> = {};
}

/** How one provider speaks. */
export class TtsConfig extends Fields {
  /** `false`: it says nothing for this agent. */
  @IsFlag()
  enabled = true;

  /** Default: the provider's own. */
  @IsOptional()
  @IsText(256)
  model?: string;

  /** Default: the provider's own for the language. */
  @IsOptional()
  @IsText(256)
  voice?: string;

  @IsLanguage()
  language = 'ru-RU';

  @IsBetween(0.25, 4)
  speed = 1;

  /** Semitones. */
  @IsBetween(-20, 20)
  pitch = 0;

  /** Decibels: Google's range; below {@link QUIETEST_GAIN} it is that. */
  @IsBetween(-96, 20)
  volume_gain_db = 0;

  @IsOneOf(TTS_AUDIO_FORMATS)
  audio_format: (typeof TTS_AUDIO_FORMATS)[number] = 'mp3';

  /** Hz. */
  @IsWholeBetween(8000, 48_000)
  sample_rate = 22_050;

  /** The vendor's own options of a request. */
  @IsOptions()
  custom_params: Record<string, unknown> = {};
}

/**
 * One provider of an agent. With one of the two sections alone it does only that; with neither it does both, as it does
 * by itself.
 */
export class ProviderSettings extends Fields {
  /** The name of an account. */
  @IsName()
  provider!: string;

  /** Lower is asked first, and no two are equal; default: its place in the list, from 1. */
  @IsOptional()
  @IsWholeBetween(1)
  priority!: number;

  @IsOptional()
  @IsSection(SttConfig)
  stt_config?: SttConfig;

  @IsOptional()
  @IsSection(TtsConfig)
  tts_config?: TtsConfig;

  /** `false`: asked only when it stands first. */
  @IsFlag()
  fallback_enabled = true;

  /** Options of the account for this agent alone; keys are `env:NAME` here. */
  @IsOptions()
  custom_settings: Record<string, unknown> = {};

  /**
   * `custom_settings` with the keys themselves. Not enumerable, so that no listing, log or copy has them by mistake.
   * Absent: there are no settings, or their references were not looked up.
   */
  account?: Readonly<Record<string, unknown>>;
}

/** How an agent hears and speaks. */
export class VoiceSettings extends Fields {
  @IsFlag()
  enabled = false;

  /** For the agent's graph: nothing here looks at what a message means. */
  @IsOneOf(INTENT_DETECTION_MODES)
  intent_detection_mode: (typeof INTENT_DETECTION_MODES)[number] = 'keywords';

  /** For the agent's graph. */
  @IsTexts()
  intent_keywords: string[] = ['голос', 'скажи', 'произнеси', 'озвучь'];

  @IsFlag()
  auto_stt = true;

  /** For the agent's graph. */
  @IsFlag()
  auto_tts_on_keywords = true;

  /** MiB. */
  @IsBetween(1, 100)
  max_file_size_mb = 25;

  @IsFlag()
  cache_enabled = true;

  @IsBetween(1, 168)
  cache_ttl_hours = 24;

  /** Per user of the agent. */
  @IsWholeBetween(1, 100)
  rate_limit_per_minute = 10;

  /** Empty: the service's own plan. */
  @IsSection(ProviderSettings, { list: true })
  providers: ProviderSettings[] = [];
}
