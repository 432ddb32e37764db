/** What crosses between this process and the one that runs a model. */
export type ModelCall =
  | { id: number; method: 'load-speech'; config: Record<string, unknown> }
  | { id: number; method: 'load-transcription'; config: Record<string, unknown> }
  | { id: number; method: 'speak'; text: string; speaker: number; speed: number }
  | { id: number; method: 'recognise'; samples: Float32Array };

/** Without an id: leave the call. */
export type ModelMessage = ModelCall | { cancel: number };

export type ModelReply = { id: number; event: Float32Array } | { id: number; result: unknown } | { id: number; error: string };

export interface SpeechModelFacts {
  speakers: number;
  /** Hz. */
  sampleRate: number;
}

export interface RecognisedText {
  text: string;
  language?: string;
}
