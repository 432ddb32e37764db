import type { LanguageTag, ModelInfo, SpeechAudio, SpeechRequest, VoiceInfo } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../provider.js';

/** One of the ways the local provider speaks. It gives 16-bit mono PCM at its own rate. */
export interface SpeechEngine {
  readonly model: ModelInfo;
  /** The first is the default. */
  readonly voices: readonly VoiceInfo[];
  /** `*` stands for all. */
  readonly languages: readonly LanguageTag[];
  /** Whether the voice is its own, by its name. It need not exist. */
  ownsVoice(voice: string): boolean;
  /** @throws ParlanceError; NotFoundError when there is no such voice */
  speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio>;
  warmUp(): Promise<void>;
  diagnose(): Promise<ProviderDiagnosis>;
  close(): Promise<void>;
}
