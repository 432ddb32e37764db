import {
  ParlanceError,
  throwIfAborted,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';

/** A speech provider whose audio is 16 kHz samples that count the characters of the text: 100 samples each. */
export class FakeSpeechProvider implements SpeechProvider {
  readonly asked: SpeechRequest[] = [];
  readonly capabilities: SpeechCapabilities;
  /** Thrown by the next calls, one each. */
  readonly failures: (ParlanceError | 'empty' | 'cut')[] = [];
  aborted = 0;
  /** Awaited before the first chunk. */
  hold: Promise<void> | undefined;

  constructor(
    readonly name: string,
    capabilities: Partial<SpeechCapabilities> = {},
  ) {
    this.capabilities = {
      models: [{ id: `${name}-model` }],
      voices: [{ id: `${name}-voice`, name: 'A voice', languages: ['en'] }],
      languages: ['en'],
      formats: ['pcm'],
      maximumText: { unit: 'characters', value: 1000 },
      instructions: false,
      streaming: true,
      ...capabilities,
    };
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    this.asked.push(request);
    const failure = this.failures.shift();
    if (failure instanceof ParlanceError) throw failure;
    return {
      format: request.format,
      sampleRate: 16_000,
      chunks: this.chunks(request, failure, signal),
      usage: { characters: request.text.length },
      warnings: [],
    };
  }

  private async *chunks({ text, format }: SpeechRequest, failure: 'empty' | 'cut' | undefined, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (failure === 'empty') return;
    await this.hold;
    if (signal.aborted) this.aborted++;
    throwIfAborted(signal);
    const bytes = format === 'pcm' ? new Uint8Array(text.length * 200).fill(text.codePointAt(0) ?? 0) : spokenAudio(format);
    // An odd length on purpose: a network cuts samples in two.
    const middle = 2 * Math.floor(bytes.length / 4) + 1;
    yield bytes.subarray(0, middle);
    if (failure === 'cut') throw new ParlanceError('server', 'cut', { provider: this.name });
    yield bytes.subarray(middle);
  }
}

export class FakeTranscriptionProvider implements TranscriptionProvider {
  readonly asked: TranscriptionRequest[] = [];
  readonly failures: ParlanceError[] = [];
  readonly capabilities: TranscriptionCapabilities;
  transcript: Partial<Transcript> = {
    text: 'one two',
    segments: [
      { start: 0, end: 1, text: 'one' },
      { start: 1, end: 2, text: 'two' },
    ],
  };

  constructor(
    readonly name: string,
    capabilities: Partial<TranscriptionCapabilities> = {},
  ) {
    this.capabilities = {
      models: [{ id: `${name}-model` }],
      languages: ['en'],
      formats: ['pcm'],
      pcmSampleRate: 16_000,
      timings: 'segment',
      prompt: false,
      ...capabilities,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    throwIfAborted(signal);
    this.asked.push(request);
    for (const segment of this.transcript.segments ?? []) {
      request.onSegment?.(segment);
      if (this.failures.length > 0) break;
    }
    const failure = this.failures.shift();
    if (failure !== undefined) throw failure;
    return { text: '', duration: request.recording.duration ?? 0, warnings: [], ...this.transcript };
  }
}

/** What the planner and the service need of a ProviderFactory. */
export function fakeFactory(
  speakers: readonly SpeechProvider[],
  listeners: readonly TranscriptionProvider[] = [],
  hasSpeech: () => Promise<boolean> = () => Promise.resolve(false),
) {
  const find = <Named extends { name: string }>(list: readonly Named[], name: string): Named => {
    const found = list.find((one) => one.name === name);
    if (found === undefined) throw new ParlanceError('not_found', `There is no provider '${name}'.`);
    return found;
  };
  return {
    speechNames: () => speakers.map(({ name }) => name),
    transcriptionNames: () => listeners.map(({ name }) => name),
    speechProvider: (name: string) => find(speakers, name),
    transcriptionProvider: (name: string) => find(listeners, name),
    warmUp: () => Promise.resolve(),
    hasLoaded: () => undefined,
    credentialsOf: () => 'present',
    retiringModels: () => [],
    fingerprint: ({ name }: { name: string }) => name,
    fingerprintOf: (name: string) => name,
    vendorOf: (name: string) => name,
    /** Whatever the options, it is the same provider. */
    borrowAs: (name: string) => ({
      provider: { speech: speakers.find((one) => one.name === name), transcription: listeners.find((one) => one.name === name) },
      release: () => Promise.resolve(),
    }),
    hasSpeech,
    probe: () => Promise.resolve(false),
  };
}
