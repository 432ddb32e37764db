import {
  InvalidRequestError,
  throwIfAborted,
  TooLargeError,
  UnsupportedError,
  type SpeechAudio,
  type SpeechCapabilities,
  type SpeechProvider,
  type SpeechRequest,
  type Warning,
} from '@parlance/contracts';
import { SPOKEN_SAMPLE_RATE } from '../../../vendors/audio/spoken-audio.js';
import { jsonBody, type CapturedRequest } from '../../../vendors/captured-request.js';
import { StandIn } from '../../../vendors/stand-in.js';
import type { ProviderSettings, SpeechBench } from '../provider-bench.js';
import { FakeClient } from './fake-client.js';
import { FAKE_ERRORS, fakeVendor, GOOD_KEY, isProbe } from './fake-vendor.js';

const VOICES = ['anna', 'bert'].map((id) => ({ id, name: id, languages: ['en', 'de'] }));

/** The simplest speech provider that is right; each broken one is this one with a single fault. */
export class HonestSpeech extends FakeClient implements SpeechProvider {
  readonly capabilities: SpeechCapabilities = {
    models: [{ id: 'small' }, { id: 'large' }],
    voices: VOICES,
    languages: ['en', 'de'],
    formats: ['mp3', 'opus', 'wav', 'pcm', 'flac'],
    maximumText: { unit: 'utf8-bytes', value: 400 },
    speed: { min: 0.5, max: 2 },
    instructions: false,
    streaming: true,
  };

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    this.check(request, signal);
    const { body } = await this.post('/speak', 'application/json', JSON.stringify(await this.body(request)), signal);
    const chunks = this.read(body, signal);
    return { format: request.format, sampleRate: SPOKEN_SAMPLE_RATE, chunks, warnings: this.warnings(request) };
  }

  protected check({ text, format }: SpeechRequest, signal: AbortSignal): void {
    throwIfAborted(signal);
    if (text.trim() === '') throw new InvalidRequestError('There is nothing to say.', 'input');
    if (Buffer.byteLength(text) > this.capabilities.maximumText.value) throw new TooLargeError('At most 400 bytes.', 'input', { provider: this.name });
    if (!this.capabilities.formats.includes(format)) throw new UnsupportedError('Ask for mp3.', 'format');
  }

  protected async body({ text, model, voice, language, speed, format }: SpeechRequest): Promise<Record<string, unknown>> {
    return { text, model, voice, language, speed, format };
  }

  protected warnings({ pitch, volumeGain, instructions, sampleRate }: SpeechRequest): Warning[] {
    const ignored = { pitch: pitch !== 0, volumeGain: volumeGain !== 0, instructions: instructions !== undefined, sampleRate };
    return Object.entries(ignored)
      .filter(([, asked]) => asked !== false && asked !== undefined)
      .map(([param]) => ({ code: 'unsupported_option', param, message: `There is no ${param} here.` }));
  }
}

export type SpeechClass = new (url: string, settings: ProviderSettings) => HonestSpeech;

/** A bench for a fake, on a stand-in of its own. */
export async function fakeSpeechBench(Fake: SpeechClass, patienceMilliseconds = 8000): Promise<SpeechBench> {
  const standIn = new StandIn(fakeVendor, { probes: isProbe });
  await standIn.start();
  const on = (name: string) => (request: CapturedRequest) => jsonBody(request)[name] as string;
  return {
    standIn,
    goodKey: GOOD_KEY,
    create: (settings) => {
      const provider = new Fake(standIn.url, settings);
      return { provider, close: () => provider.close(), probe: (signal) => provider.probe(signal) };
    },
    request: (changes) => ({
      text: 'Hello.',
      model: 'small',
      voice: 'anna',
      language: 'en',
      format: 'mp3',
      speed: 1,
      pitch: 0,
      volumeGain: 0,
      ...changes,
    }),
    wire: { text: on('text'), voice: on('voice'), language: on('language'), model: on('model'), format: on('format'), speed: on('speed') },
    errors: FAKE_ERRORS,
    streams: true,
    unsupported: { sampleRate: 8000 },
    patienceMilliseconds,
  };
}
