import { InvalidRequestError, readAll, sizeOf, throwIfAborted, TooLargeError, UnsupportedError, type Transcript, type TranscriptionCapabilities, type TranscriptionProvider, type TranscriptionRequest, type Warning } from '@parlance/contracts';
import { SPOKEN_TEXT, spokenAudio } from '../../../vendors/audio/spoken-audio.js';
import { StandIn } from '../../../vendors/stand-in.js';
import type { ProviderSettings, TranscriptionBench } from '../provider-bench.js';
import { FakeClient } from './fake-client.js';
import { FAKE_ERRORS, fakeVendor, GOOD_KEY, isProbe } from './fake-vendor.js';

/** The simplest transcription provider that is right; each broken one is this one with a single fault. */
export class HonestTranscription extends FakeClient implements TranscriptionProvider {
  readonly capabilities: TranscriptionCapabilities = {
    models: [{ id: 'small' }, { id: 'large' }],
    languages: ['*'],
    formats: ['wav', 'mp3'],
    pcmSampleRate: 16_000,
    maximumBytes: 200_000,
    timings: 'word',
    prompt: true,
    punctuation: true,
  };

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    this.check(request, signal);
    const bytes = await this.bytes(request);
    const { body } = await this.post(`/hear?${this.query(request).toString()}`, 'audio/any', bytes, signal);
    const parts: Uint8Array[] = [];
    for await (const part of this.read(body, signal)) parts.push(part);
    return { ...this.parse(Buffer.concat(parts).toString('utf8')), warnings: this.warnings(request) };
  }

  protected check({ recording: { bytes, format } }: TranscriptionRequest, signal: AbortSignal): void {
    throwIfAborted(signal);
    if (sizeOf(bytes) === 0) throw new InvalidRequestError('The recording is empty.', 'file');
    if (sizeOf(bytes) > 200_000) throw new TooLargeError('At most 200000 bytes.', 'file', { provider: this.name });
    if (!this.capabilities.formats.includes(format)) throw new UnsupportedError('Send wav or mp3.', 'file');
  }

  protected async bytes({ recording }: TranscriptionRequest): Promise<Uint8Array> {
    return readAll(recording.bytes);
  }

  protected query({ model, language, prompt, punctuation }: TranscriptionRequest): URLSearchParams {
    return new URLSearchParams({
      model,
      ...(language === undefined ? {} : { language }),
      ...(prompt === undefined ? {} : { prompt }),
      ...(punctuation === undefined ? {} : { punctuate: String(punctuation) }),
    });
  }

  protected parse(text: string): Omit<Transcript, 'warnings'> {
    try {
      return JSON.parse(text) as Omit<Transcript, 'warnings'>;
    } catch {
      throw this.failure('server');
    }
  }

  protected warnings({ temperature, profanityFilter }: TranscriptionRequest): Warning[] {
    const ignored = [...(temperature === undefined ? [] : ['temperature']), ...(profanityFilter === true ? ['profanityFilter'] : [])];
    return ignored.map((param) => ({ code: 'unsupported_option', param, message: 'It is always the same.' }));
  }
}

export type TranscriptionClass = new (url: string, settings: ProviderSettings) => HonestTranscription;

/** A bench for a fake, on a stand-in of its own. */
export async function fakeTranscriptionBench(Fake: TranscriptionClass, patienceMilliseconds = 8000): Promise<TranscriptionBench> {
  const standIn = new StandIn(fakeVendor, { probes: isProbe });
  await standIn.start();
  const silence = { kind: 'reply', status: 200, body: JSON.stringify({ text: '', duration: 2 }) } as const;
  return {
    standIn,
    goodKey: GOOD_KEY,
    create: (settings) => {
      const provider = new Fake(standIn.url, settings);
      return { provider, close: () => provider.close(), probe: (signal) => provider.probe(signal) };
    },
    request: (changes) => ({ recording: { bytes: spokenAudio('wav'), format: 'wav' }, model: 'small', ...changes }),
    wire: {
      language: ({ query }) => query.get('language') ?? undefined,
      model: ({ query }) => query.get('model') ?? undefined,
      prompt: ({ query }) => query.get('prompt') ?? undefined,
      audio: ({ body }) => body,
      punctuation: ({ query }) => (query.has('punctuate') ? query.get('punctuate') === 'true' : undefined),
    },
    errors: FAKE_ERRORS,
    silence,
    expected: { text: SPOKEN_TEXT, words: true },
    patienceMilliseconds,
  };
}
