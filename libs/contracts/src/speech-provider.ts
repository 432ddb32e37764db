import type { AudioFormat } from './audio-format.js';
import type { SpeechCapabilities } from './capabilities.js';
import type { LanguageTag } from './language.js';
import type { Usage } from './usage.js';
import type { Warning } from './warning.js';

/** One utterance for one provider: everything is already mapped to that provider's own names. */
export interface SpeechRequest {
  /** Prepared text: plain, not empty, within the provider's limit. */
  text: string;
  model: string;
  voice: string;
  language: LanguageTag;
  format: AudioFormat;
  /** Hz; a wish: the answer says what it became. */
  sampleRate?: number;
  /** Factor of the normal rate, 0.25-4. */
  speed: number;
  /** Semitones, -20..20. */
  pitch: number;
  /** Decibels. */
  volumeGain: number;
  /** How to speak, in words, for models that take it. */
  instructions?: string;
  /** The vendor's own options. */
  options?: Readonly<Record<string, unknown>>;
}

export interface SpeechAudio {
  format: AudioFormat;
  /** Hz. */
  sampleRate: number;
  /** The audio as it comes; iterating it may throw a ParlanceError. Leaving the loop early frees everything. */
  chunks: AsyncIterable<Uint8Array>;
  /** All of it, where it was there at once: `chunks` gives the same, and need not be read. */
  bytes?: Uint8Array;
  usage?: Usage;
  warnings: readonly Warning[];
}

/** Text to speech by one vendor or engine. */
export interface SpeechProvider {
  readonly name: string;
  readonly capabilities: SpeechCapabilities;
  /**
   * Resolves when the provider has accepted the request, before all the audio is there.
   * @throws ParlanceError; AbortedError when the signal fires, here or while iterating.
   */
  speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio>;
}
