import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import { normaliseLanguage, ParlanceError } from '@parlance/contracts';

/** A model as sherpa-onnx takes it: what stands under `model` (speech) or `modelConfig` (transcription). */
export interface ModelFiles {
  type: string;
  config: Record<string, unknown>;
  /** As far as the files tell; `*` when they do not. */
  languages: readonly string[];
}

const SPEECH_MODELS =
  'tokens.txt, espeak-ng-data/ or lexicon*.txt where the model needs them, and: *.onnx (vits, piper); *.onnx and voices.bin (kokoro, kitten); ' +
  '*.onnx and *vocos*.onnx or *hifigan*.onnx (matcha)';
const TRANSCRIPTION_MODELS =
  '*tokens.txt and: *encoder*.onnx, *decoder*.onnx (whisper); those and *joiner*.onnx (transducer, Parakeet); ' +
  'encoder*.onnx, decoder*merged*.onnx (moonshine); preprocess.onnx, encode*.onnx, uncached_decode*.onnx, cached_decode*.onnx ' +
  '(moonshine v1); model*.onnx (sense-voice)';

/** @throws ParlanceError `unavailable` that lists what was expected and what was found */
export function recogniseSpeechModel(directory: string): ModelFiles {
  const files = new Folder(directory, 'customSpeechModel', SPEECH_MODELS);
  const tokens = files.path(/tokens\.txt$/u);
  const model = files.find(/^(?!.*(?:vocos|hifigan|encoder|decoder)).*\.onnx$/u);
  if (tokens === undefined || model === undefined) throw files.unknown();
  const dataDir = files.path(/^espeak-ng-data$/u);
  const lexicon = files.all(/^lexicon.*\.txt$/u).join(',');
  const shared = { tokens, ...(dataDir !== undefined && { dataDir }), ...(lexicon !== '' && { lexicon }) };
  const vocoder = files.path(/vocos|hifigan/u);
  if (vocoder !== undefined) return { type: 'matcha', config: { matcha: { acousticModel: model, vocoder, ...shared } }, languages: ['*'] };
  const voices = files.path(/^voices.*\.bin$/u);
  if (voices === undefined) return { type: 'vits', config: { vits: { model, ...shared } }, languages: piperLanguages(`${model}.json`) };
  const type = isKitten(directory, model) ? 'kitten' : 'kokoro';
  return { type, config: { [type]: { model, voices, ...shared } }, languages: type === 'kitten' || lexicon === '' ? ['en'] : ['*'] };
}

/** @throws ParlanceError `unavailable` that lists what was expected and what was found */
export function recogniseTranscriptionModel(directory: string): ModelFiles {
  const files = new Folder(directory, 'customTranscriptionModel', TRANSCRIPTION_MODELS);
  const tokens = files.path(/tokens\.txt$/u);
  if (tokens === undefined) throw files.unknown();
  const preprocessor = files.path(/^preprocess.*\.onnx$/u);
  const cachedDecoder = files.path(/^cached_decode.*\.onnx$/u);
  const uncachedDecoder = files.path(/^uncached_decode.*\.onnx$/u);
  const encoder = files.find(/encode.*\.onnx$/u);
  if (preprocessor !== undefined && cachedDecoder !== undefined && uncachedDecoder !== undefined && encoder !== undefined) {
    return {
      type: 'moonshine',
      config: { moonshine: { preprocessor, encoder, uncachedDecoder, cachedDecoder }, tokens },
      languages: ['en'],
    };
  }
  const mergedDecoder = files.path(/decoder.*merged.*\.onnx$/u);
  if (mergedDecoder !== undefined && encoder !== undefined) {
    return { type: 'moonshine', config: { moonshine: { encoder, mergedDecoder }, tokens }, languages: ['en'] };
  }
  const decoder = files.find(/decoder.*\.onnx$/u);
  const joiner = files.find(/joiner.*\.onnx$/u);
  if (encoder !== undefined && decoder !== undefined) {
    if (joiner !== undefined) return { type: 'transducer', config: { transducer: { encoder, decoder, joiner }, tokens }, languages: ['*'] };
    const languages = basename(encoder).includes('.en-') ? ['en'] : ['*'];
    return {
      type: 'whisper',
      config: { whisper: { encoder, decoder, language: '', task: 'transcribe', tailPaddings: -1 }, tokens },
      languages,
    };
  }
  const model = files.find(/^model.*\.onnx$/u);
  if (model === undefined) throw files.unknown();
  const senseVoice = { model, language: '', useInverseTextNormalization: 1 };
  return { type: 'sense-voice', config: { senseVoice, tokens }, languages: ['zh', 'yue', 'en', 'ja', 'ko'] };
}

/** The files of a model's directory, by the shape of their names. */
class Folder {
  private readonly names: readonly string[];

  constructor(
    private readonly directory: string,
    private readonly option: string,
    private readonly expected: string,
  ) {
    try {
      this.names = readdirSync(directory).toSorted();
    } catch (cause) {
      const message = `The directory of ${option} does not exist or cannot be read. Expected there: ${expected}.`;
      throw new ParlanceError('unavailable', message, { provider: 'local', reason: 'custom_model_missing', cause });
    }
  }

  all(pattern: RegExp): string[] {
    return this.names.filter((name) => pattern.test(name)).map((name) => join(this.directory, name));
  }

  path(pattern: RegExp): string | undefined {
    return this.all(pattern)[0];
  }

  /** As `path`, but of several the one with 8-bit weights: these run on processors. */
  find(pattern: RegExp): string | undefined {
    const paths = this.all(pattern);
    return paths.find((path) => path.includes('int8')) ?? paths[0];
  }

  unknown(): ParlanceError {
    const found = this.names.length === 0 ? 'nothing' : this.names.slice(0, 20).join(', ');
    const message = `The directory of ${this.option} holds no model that is known. Expected: ${this.expected}. Found: ${found}.`;
    return new ParlanceError('unavailable', message, { provider: 'local', reason: 'custom_model_unknown' });
  }
}

/** Piper models say their language in a file beside them. */
function piperLanguages(path: string): readonly string[] {
  try {
    const settings = JSON.parse(readFileSync(path, 'utf8')) as { language?: { code?: unknown } };
    const code = settings.language?.code;
    return typeof code === 'string' ? [normaliseLanguage(code)] : ['*'];
  } catch {
    // Optional, and not ours: without it the model is taken to speak what it is asked to.
    return ['*'];
  }
}

/** Kokoro and kitten have the same files; the model's own notes stand at its end. */
function isKitten(directory: string, model: string): boolean {
  if (/kitten/iu.test(basename(directory)) || /kitten/iu.test(basename(model))) return true;
  const file = openSync(model, 'r');
  try {
    const { size } = fstatSync(file);
    const tail = Buffer.alloc(Math.min(size, 1 << 14));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.includes('kitten');
  } finally {
    closeSync(file);
  }
}
