import { ParlanceError } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';
import type { Recogniser } from '../listening/recogniser.js';
import type { SpeechDetector } from '../listening/speech-detector.js';
import { abortable, Semaphore } from '../semaphore.js';
import { loadSherpa, type SherpaRecogniser } from '../sherpa.js';
import { ensureVocabularyFile } from './vocabulary-file.js';
import { findWeights, verifyWeights } from './weights.js';

const SAMPLE_RATE = 16_000;

/** Moonshine-tiny: English, about 30 times faster than speech on one core. */
export class MoonshineRecogniser implements Recogniser {
  readonly model = { id: 'moonshine-tiny', description: 'Embedded English recogniser (Moonshine tiny), no network' };
  readonly languages = ['en'];
  private readonly places: Semaphore;
  private loading: Promise<SherpaRecogniser> | undefined;

  constructor(
    private readonly detector: SpeechDetector,
    private readonly cacheDirectory: string | undefined,
    concurrency: number,
  ) {
    this.places = new Semaphore(concurrency);
  }

  async recognise(samples: Float32Array, signal: AbortSignal): Promise<{ text: string; language: string }> {
    const recogniser = await abortable(this.load(), signal);
    const release = await this.places.acquire(signal);
    const decoding = this.decode(recogniser, samples).finally(release);
    // Recognition cannot be stopped: whoever leaves does not wait for it, but its place stays taken until it ends.
    return { text: await abortable(decoding, signal), language: 'en' };
  }

  async warmUp(): Promise<void> {
    await this.decode(await this.load(), new Float32Array(SAMPLE_RATE / 2));
  }

  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    const steps: [string, string, () => unknown][] = [
      ['transcription/weights', 'Installed, and their checksums are right.', () => verifyWeights(findWeights())],
      ['transcription/native-engine', 'Loads on this machine.', () => loadSherpa()],
      ['transcription/moonshine-tiny', 'Recognises English.', () => this.warmUp()],
    ];
    const diagnoses: ProviderDiagnosis[] = [];
    for (const [part, detail, check] of steps) {
      try {
        await check();
        diagnoses.push({ provider: 'local', part, state: 'ok', detail });
      } catch (error) {
        diagnoses.push({ provider: 'local', part, state: 'broken', ...explain(error) });
      }
    }
    return diagnoses;
  }

  async close(): Promise<void> {
    this.loading = undefined;
  }

  private load(): Promise<SherpaRecogniser> {
    this.loading ??= this.create().catch((error: unknown) => {
      // What was wrong may be put right while the process runs.
      this.loading = undefined;
      throw error;
    });
    return this.loading;
  }

  private async create(): Promise<SherpaRecogniser> {
    const weights = findWeights();
    await verifyWeights(weights);
    const tokens = await ensureVocabularyFile(this.cacheDirectory, () => this.detector.vocabulary());
    const { OfflineRecognizer } = loadSherpa();
    try {
      return await OfflineRecognizer.createAsync({
        featConfig: { sampleRate: SAMPLE_RATE, featureDim: 80 },
        modelConfig: {
          moonshine: { encoder: weights.encoder, mergedDecoder: weights.decoder },
          tokens,
          // More threads for one piece are slower and erratic; pieces run beside each other instead.
          numThreads: 1,
          provider: 'cpu',
          debug: 0,
        },
      });
    } catch (cause) {
      throw new ParlanceError('unavailable', 'The embedded recogniser could not be loaded.', { provider: 'local', cause });
    }
  }

  private async decode(recogniser: SherpaRecogniser, samples: Float32Array): Promise<string> {
    const stream = recogniser.createStream();
    stream.acceptWaveform({ samples, sampleRate: SAMPLE_RATE });
    try {
      return (await recogniser.decodeAsync(stream)).text.trim();
    } catch (cause) {
      throw new ParlanceError('server', 'The embedded recogniser failed.', { provider: 'local', cause });
    }
  }
}

function explain(error: unknown): { detail: string; remedy?: string } {
  return { detail: error instanceof ParlanceError ? error.message : 'It failed for an unknown reason.' };
}
