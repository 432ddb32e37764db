import { readAll, type Trace } from '@parlance/contracts';
import type { PlanOutlook, Speech, SpeakRequest, StoredSpeech, TranscribeRequest, Transcription, UnstoredSpeech } from '@parlance/voice';

export const trace: Trace = {
  operation: 'speak',
  plan: [],
  skipped: [],
  attempts: [],
  cache: 'miss',
  servedBy: { provider: 'local', model: 'flite', voice: 'slt' },
  segments: 1,
};

/** A voice that hears what a test says it hears, and remembers what it was asked for. */
export class FakeVoice {
  readonly spoken: SpeakRequest[] = [];
  readonly heard: TranscribeRequest[] = [];
  /** What recordings say: by their bytes as text. */
  words = (audio: Uint8Array): string => Buffer.from(audio).toString();
  /** Awaited before anything is spoken. */
  beforeSpeech = async (_request: SpeakRequest, _signal: AbortSignal): Promise<void> => undefined;
  beforeTranscript = async (_request: TranscribeRequest, _signal: AbortSignal): Promise<void> => undefined;
  outlook: PlanOutlook = { plan: [{ provider: 'local', model: 'flite', voice: 'slt' }], skipped: [], languages: ['en'] };

  async speak(request: SpeakRequest, signal: AbortSignal): Promise<Speech> {
    this.spoken.push(request);
    await this.beforeSpeech(request, signal);
    const { format = 'mp3', text } = request;
    async function* chunks() {
      yield Buffer.from(text.slice(0, 2));
      yield Buffer.from(text.slice(2));
    }
    const facts = { format, mediaType: `audio/${format}`, sampleRate: 24_000 };
    return { ...facts, chunks: chunks(), trace, usage: { characters: text.length }, warnings: [] };
  }

  async speakToFileIfPossible(request: SpeakRequest, signal: AbortSignal, seconds = 3600): Promise<(StoredSpeech & { bytes: Uint8Array }) | UnstoredSpeech> {
    const { usage, warnings } = await this.speak(request, signal);
    const id = `speech-${this.spoken.length}`;
    const file = { id, originalFilename: 'speech.mp3', mediaType: 'audio/mpeg', sizeBytes: 3, createdAt: '', bucket: 'b', key: id };
    return { file, url: `https://store/${id}?for=${seconds}`, expiresAt: 'soon', bytes: Buffer.from(request.text), trace, usage, warnings };
  }

  async transcribe(request: TranscribeRequest, signal: AbortSignal): Promise<Transcription> {
    this.heard.push(request);
    await this.beforeTranscript(request, signal);
    const servedBy = { provider: 'local', model: 'moonshine' };
    const text = this.words(await readAll(request.audio));
    return { text, language: 'en', duration: 2, segments: [], usage: { seconds: 2 }, warnings: [], trace: { ...trace, operation: 'transcribe', servedBy } };
  }

  voices = () => [
    { id: 'alloy', name: 'alloy', providers: ['local'], languages: ['en'], alias: true },
    { id: 'anna', name: 'Anna', providers: ['other'], languages: ['de'], alias: false },
  ];
  providerNames = () => ({ speech: ['local', 'other'], transcription: ['local'] });
  speechOutlook = (): PlanOutlook => this.outlook;
  transcriptionOutlook = (): Promise<PlanOutlook> => Promise.resolve(this.outlook);
}

/** Stored files in memory. */
export class FakeFiles {
  readonly kept: { bytes: Uint8Array; tenant?: string; agent?: string; filename?: string }[] = [];
  readonly there = new Map<string, Uint8Array>();
  away = false;

  async keep(recording: { bytes: Uint8Array; tenant?: string; agent?: string; filename?: string }): Promise<{ id: string }> {
    if (this.away) throw new Error('The store is away.');
    this.kept.push(recording);
    return { id: `recording-${this.kept.length}` };
  }

  async read(id: string): Promise<{ bytes: Uint8Array; filename: string }> {
    return { bytes: this.there.get(id) ?? new Uint8Array(), filename: 'stored.ogg' };
  }

  async describe(id: string) {
    return { id, originalFilename: 'speech.mp3', mediaType: 'audio/mpeg', sizeBytes: 3, createdAt: '', bucket: 'b', key: id };
  }

  async link(id: string, seconds: number) {
    return { url: `https://store/${id}?for=${seconds}`, expiresAt: 'soon' };
  }
}
