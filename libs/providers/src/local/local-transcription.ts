import {
  AbortedError,
  InvalidRequestError,
  joinTexts,
  NotFoundError,
  readAll,
  supportsLanguage,
  throwIfAborted,
  UnsupportedError,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionProvider,
  type TranscriptionRequest,
  type TranscriptSegment,
  type Warning,
} from '@parlance/contracts';
import { captionsOf } from './listening/captions.js';
import { piecesOf, secondsOf, type Piece } from './listening/pieces.js';
import type { Recogniser } from './listening/recogniser.js';
import { withoutLoops } from './listening/repetition.js';
import type { SpeechDetector } from './listening/speech-detector.js';
import { levelFactor, samplesOf, toFloats } from './pcm.js';

const SAMPLE_RATE = 16_000;
/** Pieces of one recording that wait for the recogniser at a time: a long one must not shut the others out. */
const LOOK_AHEAD = 4;

/** What has been heard so far. */
interface Heard {
  segments: TranscriptSegment[];
  language: string | undefined;
  warnings: Warning[];
}

/** Transcription by the engines of this machine: long recordings are cut at pauses and recognised beside each other. */
export class LocalTranscription implements TranscriptionProvider {
  readonly name = 'local';
  readonly capabilities: TranscriptionCapabilities;

  /** @param recognisers the first is the default */
  constructor(
    private readonly recognisers: readonly Recogniser[],
    private readonly detector: SpeechDetector,
  ) {
    this.capabilities = {
      models: recognisers.map(({ model }) => model),
      languages: [...new Set(recognisers.flatMap(({ languages }) => languages))],
      formats: ['pcm'],
      pcmSampleRate: SAMPLE_RATE,
      timings: 'segment',
      prompt: false,
    };
  }

  async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    throwIfAborted(signal);
    const { recording, onSegment } = request;
    if (recording.format !== 'pcm')
      throw new UnsupportedError('The local recognisers take pcm only.', 'recording', { provider: this.name });
    if (recording.sampleRate !== SAMPLE_RATE) {
      throw new InvalidRequestError(`The local recognisers take pcm at ${SAMPLE_RATE} Hz only.`, 'recording', { provider: this.name });
    }
    const heard: Heard = { segments: [], language: request.language, warnings: ignoredOptions(request) };
    const recogniser = this.choose(request, heard.warnings);
    const samples = samplesOf(await readAll(recording.bytes));
    await this.listen(samples, recogniser, signal, (piece, { text, language }) => {
      heard.language ??= language;
      const plain = withoutLoops(text, secondsOf(piece.speech));
      if (plain !== text)
        heard.warnings.push({ code: 'partial', message: 'A passage that the recogniser repeated over and over was left out.' });
      if (plain === '') return;
      const captions = captionsOf(piece, plain);
      heard.segments.push(...captions);
      for (const caption of captions) onSegment?.(caption);
    });
    const duration = samples.length / SAMPLE_RATE;
    return {
      // Of the pieces that were told while it was heard: together they are the text to the last space.
      text: joinTexts(heard.segments.map(({ text }) => text)),
      ...(heard.language === undefined ? {} : { language: heard.language }),
      duration,
      segments: heard.segments,
      usage: { seconds: duration },
      warnings: heard.warnings,
    };
  }

  /** Recognises the pieces as they are found, several at a time, and hands them on in the order of the recording. */
  private async listen(
    samples: Int16Array,
    recogniser: Recogniser,
    signal: AbortSignal,
    deliver: (piece: Piece, result: { text: string; language?: string }) => void,
  ): Promise<void> {
    const controller = new AbortController();
    const either = AbortSignal.any([signal, controller.signal]);
    let failure: { error: unknown } | undefined;
    let delivered = Promise.resolve();
    const unfinished = new Set<Promise<unknown>>();
    const fail = (error: unknown) => {
      failure ??= { error };
      controller.abort();
    };
    try {
      for await (const piece of piecesOf(samples, (part) => this.detector.detect(part, either))) {
        const result = hear(samples, piece, recogniser, either);
        unfinished.add(result);
        void result.catch(fail).then(() => unfinished.delete(result));
        delivered = delivered.then(async () => deliver(piece, await result));
        delivered.catch(fail);
        if (unfinished.size >= LOOK_AHEAD) await Promise.race(unfinished);
      }
      await delivered;
    } catch (error) {
      if (signal.aborted) throw new AbortedError(signal.reason);
      throw failure === undefined ? error : failure.error;
    } finally {
      controller.abort();
    }
  }

  /** The named model; the default one gives way to another that knows the language. */
  private choose({ model, language }: TranscriptionRequest, warnings: Warning[]): Recogniser {
    const named = this.recognisers.find((recogniser) => recogniser.model.id === model);
    const names = this.recognisers.map((recogniser) => recogniser.model.id);
    if (named === undefined)
      throw new NotFoundError('model', model, names, { provider: this.name, param: 'model', reason: 'model_not_found' });
    if (language === undefined || supportsLanguage(named.languages, language)) return named;
    const other = this.recognisers.find(({ languages }) => supportsLanguage(languages, language));
    if (other === undefined || named !== this.recognisers[0]) {
      const message =
        `The local model '${model}' does not understand ${language}. Set PARLANCE_LOCAL_TRANSCRIPTION_MODEL (or the ` +
        `option customTranscriptionModel) to a model for the language ` +
        '(Whisper, SenseVoice, Parakeet), or configure another transcription provider.';
      throw new UnsupportedError(message, 'language', { provider: this.name, reason: 'language_unsupported' });
    }
    warnings.push({
      code: 'unsupported_option',
      param: 'model',
      message: `'${other.model.id}' listened, because '${model}' does not understand ${language}.`,
    });
    return other;
  }
}

async function hear(samples: Int16Array, piece: Piece, recogniser: Recogniser, signal: AbortSignal) {
  const between = (start: number, end: number) => {
    const part = samples.subarray(Math.floor(start * SAMPLE_RATE), Math.ceil(end * SAMPLE_RATE));
    return recogniser.recognise(toFloats(part, levelFactor(part)), signal);
  };
  const heard = await between(piece.start, piece.end);
  const [first, last] = [piece.speech[0], piece.speech.at(-1)];
  if (heard.text !== '' || first === undefined || last === undefined) return heard;
  // A recogniser that hears nothing where there is speech often does with other borders.
  return between(first.start, last.end);
}

function ignoredOptions({ prompt, temperature, punctuation, profanityFilter, options }: TranscriptionRequest): Warning[] {
  const message = 'The local recognisers do not take it.';
  const names = Object.keys(options ?? {});
  if (prompt !== undefined && prompt !== '') names.push('prompt');
  if (temperature !== undefined && temperature !== 0) names.push('temperature');
  if (punctuation === false) names.push('punctuation');
  if (profanityFilter === true) names.push('profanityFilter');
  return names.map((param) => ({ code: 'unsupported_option', param, message }));
}
