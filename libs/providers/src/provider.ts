import type { Operation, SpeechProvider, TranscriptionProvider } from '@parlance/contracts';
import type { HttpClient } from './http/http-client.js';

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
  /** Where its requests go: connections are made before the first one needs them. */
  readonly addresses?: readonly string[];
  /** Loads what the first request for an operation would otherwise wait for. Must cost no money. */
  warmUp?(operation: Operation): Promise<void>;
  /** Must cost no money. */
  diagnose?(): Promise<readonly ProviderDiagnosis[]>;
  /**
   * Asks the vendor something that costs nothing and needs the credentials.
   * @throws ParlanceError as the calls that cost something would: `auth`, `rate`, `timeout`, `aborted` and so on. A key
   * may be good for speech and not for the lists that are asked for: `permission` says no more than that.
   */
  probe?(signal: AbortSignal): Promise<void>;
  /**
   * Whether somebody speaks in a recording.
   * @param samples 16 kHz, mono, of any length
   * @throws ParlanceError
   */
  hasSpeech?(samples: Int16Array, signal: AbortSignal): Promise<boolean>;
  close?(): Promise<void>;
}

/** What the factory gives to every provider it makes. */
export interface ProviderContext {
  /** The account's name: the provider's `name` in traces, errors and plans. */
  name: string;
  http: HttpClient;
}

/** A way to set a provider up by environment variables alone. */
export interface EnvironmentAccount<Options extends object> {
  /** The account's name, unique among all providers. */
  name: string;
  /** Option -> the vendor's customary variable; of several the first that is set. */
  variables: Partial<Record<keyof Options & string, string | readonly string[]>>;
  /** Without all of these there is no account. */
  required: readonly (keyof Options & string)[];
  /** Options that stand unless a variable says otherwise. */
  defaults?: Partial<Options>;
}

/** How a provider of the list is made. `Options` is its options class, validated before it is used. */
export interface ProviderDefinition<Options extends object> {
  readonly options: new () => Options;
  /** Options whose values are never shown. */
  readonly secrets: readonly (keyof Options & string)[];
  /** Other options by which it proves who asks, e.g. the name of a file with a key in it. */
  readonly credentials?: readonly (keyof Options & string)[];
  /** Whether the machine it runs on may prove who asks, where no option does. */
  readonly machineIdentity?: boolean;
  /** There without any configuration. */
  readonly builtIn?: boolean;
  readonly accounts: readonly EnvironmentAccount<Options>[];
  create(options: Options, context: ProviderContext): Provider;
}

/** Keeps the type of the options next to the factory that takes them. */
export function defineProvider<Options extends object>(definition: ProviderDefinition<Options>): ProviderDefinition<Options> {
  return definition;
}
