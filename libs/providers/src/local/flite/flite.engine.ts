import { ThreadPool } from '@parlance/audio';
import { NotFoundError, ParlanceError, UnsupportedError, type SpeechAudio, type SpeechRequest, type Warning } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';
import { bytesOf, chunksOf, gainFactor } from '../pcm.js';
import { sentencesOf } from '../sentences.js';
import type { SpeechEngine } from '../speech-engine.js';
import { foldForFlite, hasForeignLetters, isSpeakableByFlite } from './flite-text.js';
import type { FliteCall } from './flite.thread.js';
import { FLITE_VOICES, PITCH_RANGE } from './flite-voices.js';

const SAMPLE_RATE = 16_000;
/** Characters of a sentence above which it is cut, so that the first audio comes soon. */
const LONGEST_SENTENCE = 300;

type Settings = Omit<FliteCall, 'text'>;

/** Flite 2.3 as WebAssembly: English, on every machine, about 30 times faster than speech. */
export class FliteEngine implements SpeechEngine {
  readonly model = { id: 'flite', description: 'Embedded English voices (CMU Flite), no network' };
  readonly voices = FLITE_VOICES.map(({ id, name, languages }) => ({ id, name, languages, models: ['flite'] }));
  readonly languages = ['en'];
  private readonly pool: ThreadPool;

  constructor(threads?: number) {
    this.pool = new ThreadPool(new URL('./flite.thread.js', import.meta.url), threads);
  }

  ownsVoice(voice: string): boolean {
    return FLITE_VOICES.some(({ id }) => id === voice);
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    const warnings: Warning[] = [];
    const sentences = sentencesOf(request.text, LONGEST_SENTENCE).map(foldForFlite).filter(isSpeakableByFlite);
    if (sentences.length === 0) throw new UnsupportedError(NOTHING_SPEAKABLE, 'text', { reason: 'nothing_speakable' });
    if (hasForeignLetters(foldForFlite(request.text))) warnings.push({ code: 'partial', param: 'text', message: LEFT_OUT });
    const settings = settingsFor(request, warnings);
    return { format: 'pcm', sampleRate: SAMPLE_RATE, chunks: this.chunks(sentences, settings, signal), warnings };
  }

  async warmUp(): Promise<void> {
    await this.pool.warmUp('speak', { voice: 'slt', text: 'Ready.', stretch: 1, gain: 1 } satisfies FliteCall);
  }

  async diagnose(): Promise<ProviderDiagnosis> {
    const part = { provider: 'local', part: 'speech/flite' };
    try {
      await this.pool.call('speak', { voice: 'slt', text: 'Ready.', stretch: 1, gain: 1 } satisfies FliteCall);
      return { ...part, state: 'ok', detail: `Speaks English with the voices ${this.voices.map(({ id }) => id).join(', ')}.` };
    } catch {
      return { ...part, state: 'broken', detail: 'The embedded voice made no audio.', remedy: 'Install the dependencies again (npm ci).' };
    }
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  /** One sentence is made ahead of the one being read, and no more: whoever stops reading stops the work. */
  private async *chunks(sentences: string[], settings: Settings, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    const make = (sentence: string | undefined) => {
      if (sentence === undefined) return undefined;
      const samples = this.pool.call<Int16Array>('speak', { ...settings, text: sentence } satisfies FliteCall, { signal: either });
      // Awaited when its turn comes; until then a failure must not count as unhandled.
      samples.catch(() => undefined);
      return samples;
    };
    try {
      let next = make(sentences.shift());
      while (next !== undefined) {
        const samples = await next.catch(asProviderError);
        next = make(sentences.shift());
        yield* chunksOf(bytesOf(samples));
      }
    } finally {
      controller.abort();
    }
  }
}

function settingsFor(request: SpeechRequest, warnings: Warning[]): Settings {
  const voice = FLITE_VOICES.find(({ id }) => id === request.voice);
  if (voice === undefined) {
    const names = FLITE_VOICES.map(({ id }) => id);
    throw new NotFoundError('voice', request.voice, names, { provider: 'local', param: 'voice', reason: 'voice_not_found' });
  }
  const settings = { voice: voice.id, stretch: voice.stretch / request.speed, gain: gainFactor(voice.gain + request.volumeGain) };
  if (request.pitch === 0) return settings;
  if (voice.pitch === undefined) {
    warnings.push({ code: 'unsupported_option', param: 'pitch', message: `The pitch of the voice '${voice.id}' cannot be changed.` });
    return settings;
  }
  const wanted = voice.pitch * 2 ** (request.pitch / 12);
  const pitch = Math.max(PITCH_RANGE.min, Math.min(PITCH_RANGE.max, wanted));
  if (pitch !== wanted)
    warnings.push({ code: 'clipped', param: 'pitch', message: `The pitch was limited to what the voice '${voice.id}' can do.` });
  return { ...settings, pitch };
}

function asProviderError(error: unknown): never {
  if (error instanceof ParlanceError) throw error;
  throw new ParlanceError('server', 'The embedded voice made no audio.', { provider: 'local', cause: error });
}

const NOTHING_SPEAKABLE =
  'The embedded voice speaks English only and found no Latin letters or digits in the text. Where espeak-ng is installed, name the ' +
  'language of the text, or the model espeak-ng and a voice such as espeak/de. Otherwise set PARLANCE_LOCAL_SPEECH_MODEL (or the ' +
  'option customSpeechModel) to a model for it, or configure another speech provider.';
const LEFT_OUT = 'The embedded voice speaks English only: letters of other scripts were left out.';
