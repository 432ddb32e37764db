import type { LanguageTag, ModelInfo } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';

/** Turns one piece of a recording into text. */
export interface Recogniser {
  readonly model: ModelInfo;
  /** `*` stands for all. */
  readonly languages: readonly LanguageTag[];
  /**
   * @param samples 16 kHz, in [-1, 1], at most {@link LONGEST_PIECE} seconds
   * @returns what was said, and in which language where the model tells
   */
  recognise(samples: Float32Array, signal: AbortSignal): Promise<{ text: string; language?: LanguageTag }>;
  warmUp(): Promise<void>;
  diagnose(): Promise<readonly ProviderDiagnosis[]>;
  close(): Promise<void>;
}
