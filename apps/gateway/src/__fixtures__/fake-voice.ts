import { NotFoundError, type Trace } from '@parlance/contracts';
import type { RetiringModel } from '@parlance/providers';
import type { CacheReport, Forgotten, ListedModel, ListedVoice, PlanOutlook, RequestOrigin, Speech, SpeakRequest, StoredSpeech, TranscribeRequest, Transcription, UnstoredSpeech } from '@parlance/voice';

/** Stands in for the voice layer where a test needs failures that real engines do not have on demand. */
export class FakeVoice {
  readonly spoken: SpeakRequest[] = [];
  readonly heard: TranscribeRequest[] = [];
  /** Of all calls, in their order. */
  readonly origins: (RequestOrigin | undefined)[] = [];
  ready: Promise<void> = Promise.resolve();

  speak = async ({ origin, ...request }: SpeakRequest, _signal: AbortSignal): Promise<Speech> => {
    this.origins.push(origin);
    this.spoken.push(request);
    return speech(chunksOf('one ', 'two ', 'three'));
  };

  speakToFile = async (request: SpeakRequest, signal: AbortSignal, expiresInSeconds = 3600): Promise<StoredSpeech> => {
    const { trace, usage, warnings } = await this.speak(request, signal);
    const file = { id: 'f', originalFilename: 'speech.mp3', mediaType: 'audio/mpeg', sizeBytes: 3, createdAt: '', bucket: 'b', key: 'k' };
    return { file, url: `http://127.0.0.1/objects/k?for=${expiresInSeconds}`, expiresAt: '', trace, usage, warnings };
  };

  speakToFileIfPossible = async (
    request: SpeakRequest,
    signal: AbortSignal,
    expiresInSeconds?: number,
  ): Promise<StoredSpeech | UnstoredSpeech> => this.speakToFile(request, signal, expiresInSeconds);

  transcribe = async ({ origin, ...request }: TranscribeRequest, _signal: AbortSignal): Promise<Transcription> => {
    this.origins.push(origin);
    this.heard.push(request);
    for (const segment of transcription.segments) request.onSegment?.(segment, segment.end / transcription.duration);
    return transcription;
  };

  voices = (): readonly ListedVoice[] => [
    { id: 'alloy', name: 'alloy', providers: ['local', 'other'], languages: ['en'], alias: true },
    { id: 'slt', name: 'SLT', providers: ['local'], languages: ['en'], alias: false },
    { id: 'anna', name: 'Anna', providers: ['other'], languages: ['de'], alias: false },
  ];

  models = (): readonly ListedModel[] => [
    { id: 'tts-1', ownedBy: 'parlance', operation: 'speak' },
    { id: 'local/flite', ownedBy: 'local', operation: 'speak' },
    { id: 'whisper-1', ownedBy: 'parlance', operation: 'transcribe' },
  ];

  outlook: PlanOutlook = { plan: [{ provider: 'local', model: 'flite', voice: 'slt' }], skipped: [], languages: ['en'] };
  speechOutlook = (): PlanOutlook => this.outlook;
  transcriptionOutlook = (): Promise<PlanOutlook> => Promise.resolve(this.outlook);
  providerNames = () => ({ speech: ['local'], transcription: ['local'] });

  readonly forgotten: Forgotten[] = [];
  forget = async (what: Forgotten): Promise<number> => this.forgotten.push(what);

  cached: CacheReport & { coalesced: number } = {
    stale: 2,
    coalesced: 3,
    memory: { hits: 4, misses: 5, bytesServed: 6, entries: 7, bytes: 8, evictions: 9 },
    redis: undefined,
    objects: undefined,
  };
  cacheReport = async (): Promise<CacheReport & { coalesced: number }> => this.cached;

  retiring: RetiringModel[] = [];
  retiringModels = (): readonly RetiringModel[] => this.retiring;
  strangeVoices = (): readonly string[] => [];

  warmUp = (): Promise<void> => this.ready;

  private readonly initial = {
    speak: this.speak,
    speakToFile: this.speakToFile,
    speakToFileIfPossible: this.speakToFileIfPossible,
    transcribe: this.transcribe,
  };

  /** As new. */
  reset(): void {
    this.spoken.length = 0;
    this.heard.length = 0;
    this.origins.length = 0;
    Object.assign(this, this.initial);
  }
}

export const trace: Trace = {
  operation: 'speak',
  plan: [],
  skipped: [],
  attempts: [{ provider: 'local', model: 'flite', voice: 'slt', segment: 0, outcome: 'ok', startMilliseconds: 0, milliseconds: 1 }],
  cache: 'miss',
  servedBy: { provider: 'local', model: 'flite', voice: 'slt' },
  segments: 1,
};

export const transcription: Transcription = {
  text: 'Hello there. Good bye.',
  language: 'en-US',
  duration: 2.4,
  segments: [
    { start: 0, end: 1, text: 'Hello there.' },
    { start: 1.2, end: 2.4, text: 'Good bye.' },
  ],
  usage: { seconds: 2.4 },
  warnings: [],
  trace: { ...trace, operation: 'transcribe' },
};

export function speech(chunks: AsyncIterable<Uint8Array>, more: Partial<Speech> = {}): Speech {
  return { format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 24_000, chunks, trace, usage: { characters: 5 }, warnings: [], ...more };
}

export async function* chunksOf(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    if (text instanceof Error) throw text;
    yield Buffer.from(text);
  }
}

export const unknownModel = (): Error => new NotFoundError('model', 'x', ['tts-1'], { param: 'model', reason: 'model_not_found' });
