import { normaliseLanguage, ParlanceError } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';
import type { Recogniser } from '../listening/recogniser.js';
import { Semaphore } from '../semaphore.js';
import { diagnoseModel } from './diagnose-model.js';
import { ModelProcess } from './model-process.js';
import { recogniseTranscriptionModel } from './model-files.js';
import type { RecognisedText } from './model-protocol.js';

const OPTION = 'customTranscriptionModel';

/** A sherpa-onnx model of the user's own, in a process of its own. */
export class CustomRecogniser implements Recogniser {
  readonly model = { id: 'custom', description: 'The model of customTranscriptionModel' };
  readonly languages: readonly string[];
  private readonly process: ModelProcess;
  private readonly places: Semaphore;

  constructor(
    private readonly directory: string,
    concurrency: number,
  ) {
    this.languages = languagesOf(directory);
    this.places = new Semaphore(concurrency);
    this.process = new ModelProcess(OPTION, () => ({
      method: 'load-transcription',
      config: recogniseTranscriptionModel(directory).config,
    }));
  }

  async recognise(samples: Float32Array, signal: AbortSignal): Promise<{ text: string; language?: string }> {
    const { text, language } = await this.places.run(
      () => this.process.call<RecognisedText>({ method: 'recognise', samples }, signal),
      signal,
    );
    return { text, ...(language !== undefined && { language: normaliseLanguage(language) }) };
  }

  async warmUp(): Promise<void> {
    await this.process.call({ method: 'recognise', samples: new Float32Array(8000) }, new AbortController().signal);
  }

  async diagnose(): Promise<readonly ProviderDiagnosis[]> {
    const check = async () => {
      const { type } = recogniseTranscriptionModel(this.directory);
      await this.warmUp();
      return `The model of ${OPTION} (${type}) recognises.`;
    };
    return [await diagnoseModel('transcription/custom', check)];
  }

  close(): Promise<void> {
    return this.process.close();
  }
}

/** When the directory holds no model, whoever names it is told why; no other language is sent to it. */
function languagesOf(directory: string): readonly string[] {
  try {
    return recogniseTranscriptionModel(directory).languages;
  } catch (error) {
    if (error instanceof ParlanceError) return ['en'];
    throw error;
  }
}
