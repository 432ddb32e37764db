import type { ErrorCode, SpeechProvider, SpeechRequest, TranscriptionProvider, TranscriptionRequest } from '@parlance/contracts';
import type { CapturedRequest } from '../../vendors/captured-request.js';
import type { ReplyFault } from '../../vendors/fault.js';
import type { StandIn } from '../../vendors/stand-in.js';

/** How a bench makes a provider. A limit that is left out is the provider's own. */
export interface ProviderSettings {
  key: string;
  firstByteMilliseconds?: number;
  idleMilliseconds?: number;
}

export interface MadeProvider<P> {
  provider: P;
  close: () => Promise<void>;
  /** The account's; `undefined` where the vendor has nothing that could be asked for nothing. */
  probe: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** One of the vendor's own error answers, and what it must become. */
export interface VendorErrorCase {
  name: string;
  reply: ReplyFault;
  expect: { code: ErrorCode; retryAfterSeconds?: number; requestId?: string; reason?: string };
}

interface ProviderBench<P> {
  /** Started. Its route refuses every key but `goodKey`, the way the vendor does. */
  standIn: StandIn;
  goodKey: string;
  /** A provider that asks the stand-in. */
  create(settings: ProviderSettings): MadeProvider<P>;
  /** At least `auth`, `rate`, `invalid` and `server`; `quota` and `not_found` where the vendor has them. */
  errors: readonly VendorErrorCase[];
  /** How long anything may take before a check gives up. Default 8000. */
  patienceMilliseconds?: number;
}

export interface SpeechBench extends ProviderBench<SpeechProvider> {
  /** A request that works, in one of the provider's formats. */
  request(changes?: Partial<SpeechRequest>): SpeechRequest;
  /** Where the vendor's wire carries it; left out: the vendor has no such setting. */
  wire: {
    /** The text as it will be spoken: markup and escapes undone. */
    text: (request: CapturedRequest) => string;
    voice?: (request: CapturedRequest) => string;
    language?: (request: CapturedRequest) => string | undefined;
    speed?: (request: CapturedRequest) => number | string | undefined;
    model?: (request: CapturedRequest) => string | undefined;
    format?: (request: CapturedRequest) => string | undefined;
  };
  /** `false`: the audio comes inside one JSON body, and nothing is known before it is complete. */
  streams: boolean;
  /** The vendor's success without audio, where that is not an empty body. It must become `empty`. */
  emptySuccess?: ReplyFault;
  /** More that the vendor cannot do: a warning, or a typed refusal, beyond what the capabilities say. */
  unsupported?: Partial<SpeechRequest>;
}

export interface TranscriptionBench extends ProviderBench<TranscriptionProvider> {
  /** A request that works. */
  request(changes?: Partial<TranscriptionRequest>): TranscriptionRequest;
  /** Where the vendor's wire carries it; left out: the vendor has no such setting. */
  wire: {
    language?: (request: CapturedRequest) => string | undefined;
    model?: (request: CapturedRequest) => string | undefined;
    /** All that was sent of the recording, in the format of `request()`. */
    audio?: (request: CapturedRequest) => Buffer | Promise<Buffer>;
    prompt?: (request: CapturedRequest) => string | undefined;
    punctuation?: (request: CapturedRequest) => boolean | undefined;
    profanityFilter?: (request: CapturedRequest) => boolean | undefined;
  };
  /** The vendor's answer to a recording without speech. */
  silence?: ReplyFault;
  /** What the stand-in hears, and which timings come with it. */
  expected: { text: string; words?: boolean; segments?: boolean };
  /** More that the vendor cannot do: a warning, or a typed refusal, beyond what the capabilities say. */
  unsupported?: Partial<TranscriptionRequest>;
}

/** Starts the stand-in; called once per suite, which closes it. */
export interface SpeechSubject {
  start(): Promise<SpeechBench>;
}

export interface TranscriptionSubject {
  start(): Promise<TranscriptionBench>;
}
