import type { AudioFormat, RecordingFormat } from './audio-format.js';
import type { LanguageTag } from './language.js';

/** An inclusive range of a setting. */
export interface Range {
  min: number;
  max: number;
}

/** How much one request takes, in the unit the vendor counts in. */
export interface TextLimit {
  unit: 'characters' | 'utf8-bytes';
  value: number;
}

export interface ModelInfo {
  id: string;
  description?: string;
}

export interface VoiceInfo {
  /** The provider's own name of the voice. */
  id: string;
  name: string;
  languages: readonly LanguageTag[];
  /** The models that have this voice; absent: all of them. */
  models?: readonly string[];
}

/** What a speech provider can do, as data: nobody asks which provider it is. */
export interface SpeechCapabilities {
  /** The first is the default. */
  models: readonly ModelInfo[];
  /** The first is the default. */
  voices: readonly VoiceInfo[];
  /** Takes names of voices that are not listed, e.g. of one's own account. */
  anyVoice?: boolean;
  /** Takes names of models that are not listed. */
  anyModel?: boolean;
  /** `*` stands for all. */
  languages: readonly LanguageTag[];
  /** What it delivers by itself. Anything else is made from `pcm` where that is among them, else from the first. */
  formats: readonly AudioFormat[];
  maximumText: TextLimit;
  /** Factor of the normal rate; absent: the setting is not supported. */
  speed?: Range;
  /** Semitones; absent: not supported. */
  pitch?: Range;
  /** Decibels; absent: not supported. */
  volumeGain?: Range;
  instructions: boolean;
  /** The first chunk comes before the last is made. */
  streaming: boolean;
}

/** What a transcription provider can do, as data. */
export interface TranscriptionCapabilities {
  /** The first is the default. */
  models: readonly ModelInfo[];
  /** Takes names of models that are not listed. */
  anyModel?: boolean;
  languages: readonly LanguageTag[];
  /** What it takes by itself. Anything else it gets as samples: as `pcm` where that is among them, else in `flac`, else in `wav`. */
  formats: readonly RecordingFormat[];
  /** Takes by itself only what has one channel and, as WAV, whole samples of 16 bits, as WebM, Opus; anything else is decoded first. */
  onlyPlain?: boolean;
  /** The rate it wants `pcm` in, Hz. */
  pcmSampleRate: number;
  maximumBytes?: number;
  maximumSeconds?: number;
  /** The finest timings it gives. */
  timings: 'none' | 'segment' | 'word';
  prompt: boolean;
  /** Takes a sampling temperature. */
  temperature?: boolean;
  /** Can be told whether to write punctuation. */
  punctuation?: boolean;
  /** Can be told whether to mask or leave out profanities. */
  profanityFilter?: boolean;
}
