import { availableParallelism } from 'node:os';
import type { Operation } from '@parlance/contracts';
import type { Provider, ProviderDiagnosis } from '../provider.js';
import { CustomRecogniser } from './custom-model/custom-recogniser.js';
import { CustomSpeechEngine } from './custom-model/custom-speech.engine.js';
import { EspeakEngine } from './espeak/espeak.engine.js';
import { findEspeakVoices } from './espeak/espeak-voices.js';
import { FliteEngine } from './flite/flite.engine.js';
import { hasSpeech } from './listening/has-speech.js';
import type { Recogniser } from './listening/recogniser.js';
import { SpeechDetector } from './listening/speech-detector.js';
import { LocalSpeech } from './local-speech.js';
import { LocalTranscription } from './local-transcription.js';
import type { LocalOptions } from './local.options.js';
import { MoonshineRecogniser } from './moonshine/moonshine.recogniser.js';
import type { SpeechEngine } from './speech-engine.js';

/** Speech and transcription on this machine: no server, no key, no network. */
export class LocalProvider implements Provider {
  readonly speech: LocalSpeech;
  readonly transcription: LocalTranscription;
  private readonly engines: readonly SpeechEngine[];
  private readonly recognisers: readonly Recogniser[];
  private readonly detector = new SpeechDetector();

  constructor(private readonly options: LocalOptions = {}) {
    const { threads, cacheDirectory, customSpeechModel, customTranscriptionModel, transcriptionConcurrency } = options;
    this.engines = [
      new FliteEngine(threads),
      ...espeakEngines(options.espeak ?? 'espeak-ng'),
      ...(customSpeechModel === undefined ? [] : [new CustomSpeechEngine(customSpeechModel)]),
    ];
    const concurrency = transcriptionConcurrency ?? defaultConcurrency();
    this.recognisers = [
      new MoonshineRecogniser(this.detector, cacheDirectory, concurrency),
      ...(customTranscriptionModel === undefined ? [] : [new CustomRecogniser(customTranscriptionModel, concurrency)]),
    ];
    this.speech = new LocalSpeech(this.engines);
    this.transcription = new LocalTranscription(this.recognisers, this.detector);
  }

  async warmUp(operation: Operation): Promise<void> {
    const parts = operation === 'speak' ? this.engines : [this.detector, ...this.recognisers];
    const outcomes = await Promise.allSettled(parts.map((part) => part.warmUp()));
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    const engines = await Promise.all([...this.engines, ...this.recognisers].map((engine) => engine.diagnose()));
    return [...engines.flat(), ...this.missingEspeak()];
  }

  hasSpeech(samples: Int16Array, signal: AbortSignal): Promise<boolean> {
    return hasSpeech(samples, (part) => this.detector.detect(part, signal), signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.detector, ...this.engines, ...this.recognisers].map((part) => part.close()));
  }

  private missingEspeak(): ProviderDiagnosis[] {
    const { espeak } = this.options;
    if (this.engines.some((engine) => engine instanceof EspeakEngine) || espeak === false) return [];
    return [
      {
        provider: 'local',
        part: 'speech/espeak-ng',
        state: espeak === undefined ? 'missing' : 'broken',
        detail:
          espeak === undefined ? 'Not installed: the embedded voices speak English only.' : 'The program set as espeak cannot be run.',
        remedy: 'Install the package espeak-ng of your system for other languages, or set espeak to its program.',
      },
    ];
  }
}

function espeakEngines(program: string | false): EspeakEngine[] {
  if (program === false) return [];
  const voices = findEspeakVoices(program);
  return voices === undefined || voices.length === 0 ? [] : [new EspeakEngine(program, voices)];
}

/** One per core, but never all of the threads that Node has for this and for files and DNS too. */
function defaultConcurrency(): number {
  const nodeThreads = Number(process.env['UV_THREADPOOL_SIZE']) || 4;
  return Math.max(1, Math.min(availableParallelism(), nodeThreads - 1));
}
