import { ConfigurableModuleBuilder } from '@nestjs/common';

/** alias -> provider -> the provider's own voice, for all languages or per BCP 47 language. */
export type VoiceAliases = Readonly<Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>>;

/** alias -> provider -> the provider's own model. */
export type ModelAliases = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface VoiceModuleOptions {
  /** Providers in the order to try; default: all that can speak, in list order. */
  speechPlan?: readonly string[];
  /** Likewise for transcription. */
  transcriptionPlan?: readonly string[];
  voices?: VoiceAliases;
  models?: ModelAliases;
  /** Default 86400 (a day). */
  cacheTtlSeconds?: number;
  /** Default 100 000. */
  maximumTextCharacters?: number;
  /** Default 26 214 400 (25 MiB). */
  maximumAudioBytes?: number;
  /** Default 1800. */
  maximumAudioSeconds?: number;
  /** How long links to stored speech live; default 3600. */
  urlSeconds?: number;
  /** The ffmpeg program to use for aac and mp4, or `false` for none; default: the one on PATH. */
  ffmpeg?: string | false;
  /** How many pieces of a long text are spoken at a time; default 2. */
  segmentConcurrency?: number;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: VOICE_OPTIONS } = new ConfigurableModuleBuilder<VoiceModuleOptions>({
  moduleName: 'Voice',
})
  .setClassMethodName('forRoot')
  .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
  .build();
