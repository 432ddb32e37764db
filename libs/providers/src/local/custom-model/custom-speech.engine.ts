import { NotFoundError, ParlanceError, UnsupportedError, type SpeechAudio, type SpeechRequest, type VoiceInfo } from '@parlance/contracts';
import type { ProviderDiagnosis } from '../../provider.js';
import { applyGain, bytesOf, chunksOf, gainFactor, quantise } from '../pcm.js';
import { Semaphore } from '../semaphore.js';
import type { SpeechEngine } from '../speech-engine.js';
import { diagnoseModel } from './diagnose-model.js';
import { recogniseSpeechModel } from './model-files.js';
import { ModelProcess } from './model-process.js';
import type { SpeechModelFacts } from './model-protocol.js';

const OPTION = 'customSpeechModel';
const PREFIX = 'custom/';
const MODEL = 'custom';

/** A sherpa-onnx voice of the user's own, in a process of its own. Its speakers are the voices `custom/0`, `custom/1`, ... */
export class CustomSpeechEngine implements SpeechEngine {
  readonly model = { id: MODEL, description: 'The model of customSpeechModel' };
  /** How many speakers there are is known only when the model is loaded: the first is always there. */
  readonly voices: readonly VoiceInfo[];
  readonly languages: readonly string[];
  private readonly process: ModelProcess;
  /** The model does one utterance at a time; the others wait here, where they can leave. */
  private readonly places = new Semaphore(1);

  constructor(private readonly directory: string) {
    this.languages = languagesOf(directory);
    this.voices = [{ id: `${PREFIX}0`, name: 'The first speaker of customSpeechModel', languages: this.languages, models: [MODEL] }];
    this.process = new ModelProcess(OPTION, () => ({ method: 'load-speech', config: recogniseSpeechModel(directory).config }));
  }

  ownsVoice(voice: string): boolean {
    return voice.startsWith(PREFIX);
  }

  async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    if (!/[\p{L}\p{N}]/u.test(request.text)) {
      throw new UnsupportedError('The text has no letters or digits that could be spoken.', 'text', { reason: 'nothing_speakable' });
    }
    const { speakers, sampleRate } = await this.process.ready<SpeechModelFacts>(signal);
    const speaker = speakerOf(request.voice, Math.max(1, speakers));
    const warnings = request.pitch === 0 ? [] : [{ code: 'unsupported_option', param: 'pitch', message: NO_PITCH } as const];
    return { format: 'pcm', sampleRate, chunks: this.chunks(request, speaker, signal), warnings };
  }

  async warmUp(): Promise<void> {
    // Loads only: what it could say depends on its language.
    await this.process.ready(new AbortController().signal);
  }

  diagnose(): Promise<ProviderDiagnosis> {
    return diagnoseModel('speech/custom', async () => {
      const { type } = recogniseSpeechModel(this.directory);
      const { speakers } = await this.process.ready<SpeechModelFacts>(new AbortController().signal);
      return `The model of ${OPTION} (${type}, ${Math.max(1, speakers)} speakers) loads.`;
    });
  }

  close(): Promise<void> {
    return this.process.close();
  }

  private async *chunks({ text, speed, volumeGain }: SpeechRequest, speaker: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    const made: Float32Array[] = [];
    let wake = () => {};
    let state: { ended: boolean; error?: unknown } = { ended: false };
    const end = (error?: unknown) => {
      state = { ended: true, error };
      wake();
    };
    const onSamples = (samples: Float32Array) => {
      made.push(samples);
      wake();
    };
    void this.places
      .run(() => this.process.call({ method: 'speak', text, speaker, speed }, either, onSamples), either)
      .then(() => end(), end);
    const gain = gainFactor(volumeGain);
    let anything = false;
    try {
      for (;;) {
        const samples = made.shift();
        if (samples !== undefined) {
          anything ||= samples.length > 0;
          const pcm = quantise(samples);
          applyGain(pcm, gain);
          yield* chunksOf(bytesOf(pcm));
        } else if (state.ended) break;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
      if (state.error !== undefined) throw state.error;
      if (!anything) throw new ParlanceError('empty', 'The model of customSpeechModel made no audio of the text.', { provider: 'local' });
    } finally {
      controller.abort();
    }
  }
}

const NO_PITCH = 'The pitch of this model cannot be changed.';

function speakerOf(voice: string, speakers: number): number {
  const speaker = /^custom\/(\d{1,4})$/u.exec(voice)?.[1];
  if (speaker !== undefined && Number(speaker) < speakers) return Number(speaker);
  const names = Array.from({ length: Math.min(speakers, 20) }, (_, index) => PREFIX + index);
  throw new NotFoundError('voice', voice, names, { provider: 'local', param: 'voice', reason: 'voice_not_found' });
}

/** When the directory holds no model, whoever names it is told why; no other language is sent to it. */
function languagesOf(directory: string): readonly string[] {
  try {
    return recogniseSpeechModel(directory).languages;
  } catch (error) {
    if (error instanceof ParlanceError) return ['en'];
    throw error;
  }
}
