import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { GoogleRefusal } from './google.errors.js';
import { parseMessage, type Message } from './google.proto-json.js';

const encodingsV1 = {
  ENCODING_UNSPECIFIED: 0,
  LINEAR16: 1,
  FLAC: 2,
  MULAW: 3,
  AMR: 4,
  AMR_WB: 5,
  OGG_OPUS: 6,
  SPEEX_WITH_HEADER_BYTE: 7,
  MP3: 8,
  WEBM_OPUS: 9,
};
const encodingsV2 = { AUDIO_ENCODING_UNSPECIFIED: 0, LINEAR16: 1, MULAW: 2, ALAW: 3, AMR: 4, AMR_WB: 5, FLAC: 6, MP3: 7, OGG_OPUS: 8 };

const configV1: Message = {
  encoding: { values: encodingsV1 },
  sampleRateHertz: 'int32',
  audioChannelCount: 'int32',
  enableSeparateRecognitionPerChannel: 'bool',
  languageCode: 'string',
  alternativeLanguageCodes: { list: 'string' },
  maxAlternatives: 'int32',
  profanityFilter: 'bool',
  speechContexts: { list: { message: { phrases: { list: 'string' }, boost: 'double' } } },
  enableWordTimeOffsets: 'bool',
  enableWordConfidence: 'bool',
  enableAutomaticPunctuation: 'bool',
  enableSpokenPunctuation: 'bool',
  enableSpokenEmojis: 'bool',
  model: 'string',
  useEnhanced: 'bool',
};
const requestV1: Message = { config: { message: configV1 }, audio: { message: { content: 'bytes', uri: 'string' } } };
const requestV2: Message = {
  recognizer: 'string',
  config: {
    message: {
      autoDecodingConfig: { message: {} },
      explicitDecodingConfig: {
        message: { encoding: { values: encodingsV2 }, sampleRateHertz: 'int32', audioChannelCount: 'int32' },
      },
      model: 'string',
      languageCodes: { list: 'string' },
      features: {
        message: {
          profanityFilter: 'bool',
          enableWordTimeOffsets: 'bool',
          enableWordConfidence: 'bool',
          enableAutomaticPunctuation: 'bool',
          enableSpokenPunctuation: 'bool',
          maxAlternatives: 'int32',
        },
      },
      adaptation: {
        message: {
          phraseSets: {
            list: {
              message: {
                inlinePhraseSet: { message: { phrases: { list: { message: { value: 'string', boost: 'double' } } }, annotations: 'map' } },
              },
            },
          },
        },
      },
    },
  },
  content: 'bytes',
  uri: 'string',
};

/** What is to be heard, after everything about it has been found right. */
export interface Heard {
  audio: { content?: string; uri?: string };
  /** Checks the bytes, and gives the answer for them. `longest`: seconds that may lie in the request. */
  answer: (bytes: Buffer, longest: number | undefined, tooLong: string) => Record<string, unknown>;
}

/** @throws GoogleRefusal */
export function readV1(body: unknown): Heard {
  const { config = {}, audio = {} } = parseMessage(body, requestV1) as { config?: Record<string, unknown>; audio?: Heard['audio'] };
  if (typeof config['languageCode'] !== 'string' || config['languageCode'] === '') {
    throw new GoogleRefusal(400, "Invalid recognition 'config': bad language code.");
  }
  const contexts = (config['speechContexts'] ?? []) as { phrases?: string[] }[];
  refusePhrases(contexts.flatMap(({ phrases = [] }) => phrases));
  expectOne(audio);
  return {
    audio,
    answer: (bytes, longest, tooLong) => {
      const seconds = secondsOfV1(bytes, config);
      if (longest !== undefined && seconds > longest) throw new GoogleRefusal(400, tooLong);
      const words = config['enableWordTimeOffsets'] === true ? timedWords('startTime', 'endTime') : undefined;
      const billed = { totalBilledTime: `${Math.ceil(seconds)}s`, requestId: '5829361747284731' };
      if (isSilent(bytes)) return billed;
      const result = {
        alternatives: [alternative(words, config['enableAutomaticPunctuation'] !== false)],
        resultEndTime: '2.050s',
        languageCode: String(config['languageCode']).toLowerCase(),
      };
      return { results: [result], ...billed };
    },
  };
}

/** @throws GoogleRefusal */
export function readV2(body: unknown): Heard {
  const {
    config = {},
    content,
    uri,
  } = parseMessage(body, requestV2) as { config?: Record<string, unknown>; content?: string; uri?: string };
  const { autoDecodingConfig, explicitDecodingConfig, languageCodes, model, features = {} } = config;
  if ((autoDecodingConfig === undefined) === (explicitDecodingConfig === undefined)) {
    throw new GoogleRefusal(400, 'Invalid value in `config`: exactly one decoding config must be set.');
  }
  if (!Array.isArray(languageCodes) || languageCodes.length === 0 || model === undefined) {
    throw new GoogleRefusal(400, 'Invalid value in `config`: model and language codes must be set.');
  }
  if (languageCodes.includes('auto') && !(model as string).startsWith('chirp')) {
    throw new GoogleRefusal(400, 'The language "auto" is not supported by the model.');
  }
  const audio = { ...(content === undefined ? {} : { content }), ...(uri === undefined ? {} : { uri }) };
  expectOne(audio);
  const { enableWordTimeOffsets: timed, enableAutomaticPunctuation: punctuated } = features as Record<string, boolean | undefined>;
  return {
    audio,
    answer: (bytes) => {
      if (explicitDecodingConfig === undefined && audioKind(bytes) === undefined) throw badEncoding();
      const metadata = { totalBilledDuration: '3s', requestId: '673a8b2c-0000-2bd4-a9e1-582429c65d3c' };
      if (isSilent(bytes)) return { metadata };
      const [languageCode] = languageCodes as string[];
      const result = {
        alternatives: [alternative(timed === true ? timedWords('startOffset', 'endOffset') : undefined, punctuated !== false)],
        resultEndOffset: '2.050s',
        languageCode: languageCode === 'auto' ? 'en-US' : languageCode,
      };
      return { results: [result], metadata };
    },
  };
}

function expectOne({ content, uri }: Heard['audio']): void {
  if ((content === undefined) !== (uri === undefined) && content !== '') return;
  throw new GoogleRefusal(400, "RecognitionAudio not set: exactly one of 'content' and 'uri' must be.");
}

function refusePhrases(phrases: readonly string[]): void {
  if (phrases.length <= 5000 && phrases.every((phrase) => phrase.length <= 100)) return;
  throw new GoogleRefusal(400, "Invalid 'speech_contexts': too many phrases, or one that is too long.");
}

/** @throws GoogleRefusal when the audio is not what the config says */
function secondsOfV1(bytes: Buffer, config: Record<string, unknown>): number {
  const { encoding = 'ENCODING_UNSPECIFIED', sampleRateHertz: rate, audioChannelCount = 1 } = config;
  const kind = audioKind(bytes);
  if (encoding === 'LINEAR16' && kind !== 'wav' && typeof rate === 'number') return bytes.byteLength / 2 / rate;
  if (kind === 'wav' && (encoding === 'LINEAR16' || encoding === 'ENCODING_UNSPECIFIED')) {
    if (rate !== undefined && rate !== bytes.readUInt32LE(24))
      throw new GoogleRefusal(400, 'sample_rate_hertz does not match the WAV header.');
    const channels = bytes.readUInt16LE(22);
    if (channels !== audioChannelCount)
      throw new GoogleRefusal(400, `Must use single channel (mono) audio, but WAV header indicates ${channels} channels.`);
    return (bytes.byteLength - 44) / bytes.readUInt32LE(28);
  }
  if (kind === 'flac' && (encoding === 'FLAC' || encoding === 'ENCODING_UNSPECIFIED')) return 2;
  const opus = typeof rate === 'number' && [8000, 12_000, 16_000, 24_000, 48_000].includes(rate);
  if ((encoding === 'OGG_OPUS' && kind === 'ogg' && opus) || (encoding === 'WEBM_OPUS' && kind === 'webm' && opus)) return 2;
  throw badEncoding();
}

function badEncoding(): GoogleRefusal {
  return new GoogleRefusal(400, "Invalid recognition 'config': bad encoding, or a sample rate that the audio does not have.");
}

/** Samples that are all zero. */
function isSilent(bytes: Buffer): boolean {
  return bytes.subarray(audioKind(bytes) === 'wav' ? 44 : 0).every((byte) => byte === 0);
}

function alternative(words: readonly object[] | undefined, punctuated: boolean) {
  return {
    transcript: punctuated ? SPOKEN_TEXT : SPOKEN_TEXT.replaceAll(/[.,!?]/g, ''),
    confidence: 0.9620609,
    ...(words === undefined ? {} : { words }),
  };
}

function timedWords(start: string, end: string): object[] {
  return SPOKEN_TEXT.split(' ').map((word, index) => ({
    // Proto leaves a zero out at times; the first word begins there.
    ...(index === 0 ? {} : { [start]: `${(index * 0.4).toFixed(3)}s` }),
    [end]: `${(index * 0.4 + 0.4).toFixed(3)}s`,
    word,
  }));
}
