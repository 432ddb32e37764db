import type { SpeechProvider, TranscriptionProvider } from '@parlance/contracts';

/** One finding about one part of a provider, for `parlance doctor`. Holds no key and no path of this machine. */
export interface ProviderDiagnosis {
  provider: string;
  /** `speech`, `transcription`, or a part of one: `speech/espeak-ng`, `transcription/weights`. */
  part: string;
  /** `missing`: not installed or not configured, and nothing else suffers. `broken`: should work and does not. */
  state: 'ok' | 'missing' | 'broken';
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

/** One vendor or engine as the factory holds it: its ports and the life of what is behind them. */
export interface Provider {
  readonly speech?: SpeechProvider;
  readonly transcription?: TranscriptionProvider;
  /** Loads what the first request would otherwise wait for. */
  warmUp(): Promise<void>;
  diagnose(): Promise<readonly ProviderDiagnosis[]>;
  close(): Promise<void>;
}

/** How a provider of the list is made. `Options` is its options class. */
export interface ProviderDefinition<Options extends object> {
  readonly options: new () => Options;
  /** There without any configuration. */
  readonly builtIn: boolean;
  create(options: Options): Provider;
}

/** Keeps the type of the options next to the factory that takes them. */
export function defineProvider<Options extends object>(definition: ProviderDefinition<Options>): ProviderDefinition<Options> {
  return definition;
}
