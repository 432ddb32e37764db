import type { AudioFormat } from '@parlance/contracts';
import { SPOKEN_SAMPLE_RATE, spokenAudio, wavOf } from '../audio/spoken-audio.js';
import { jsonBody, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { googleJson, GoogleRefusal } from './google.errors.js';
import { parseMessage, type Message } from './google.proto-json.js';

const encodings = { AUDIO_ENCODING_UNSPECIFIED: 0, LINEAR16: 1, MP3: 2, OGG_OPUS: 3, MULAW: 5, ALAW: 6, PCM: 7, M4A: 8 };
const genders = { SSML_VOICE_GENDER_UNSPECIFIED: 0, MALE: 1, FEMALE: 2, NEUTRAL: 3 };
const synthesizeSpeechRequest: Message = {
  input: {
    message: {
      text: 'string',
      ssml: 'string',
      markup: 'string',
      prompt: 'string',
      customPronunciations: {
        message: {
          pronunciations: {
            list: {
              message: {
                phrase: 'string',
                phoneticEncoding: { values: { PHONETIC_ENCODING_IPA: 1, PHONETIC_ENCODING_X_SAMPA: 2 } },
                pronunciation: 'string',
              },
            },
          },
        },
      },
    },
  },
  voice: {
    message: {
      languageCode: 'string',
      name: 'string',
      ssmlGender: { values: genders },
      customVoice: { message: { model: 'string' } },
      voiceClone: { message: { voiceCloningKey: 'string' } },
      modelName: 'string',
    },
  },
  audioConfig: {
    message: {
      audioEncoding: { values: encodings },
      speakingRate: 'double',
      pitch: 'double',
      volumeGainDb: 'double',
      sampleRateHertz: 'int32',
      effectsProfileId: { list: 'string' },
    },
  },
  advancedVoiceOptions: { message: { lowLatencyJourneySynthesis: 'bool', relaxSafetyFilters: 'bool', enableTextnorm: 'bool' } },
};

const formats: Readonly<Record<string, AudioFormat>> = { LINEAR16: 'wav', MP3: 'mp3', OGG_OPUS: 'opus', PCM: 'pcm' };
const families = /^([a-z]{2,3}-[A-Z]{2})-(?:Standard|Wavenet|Neural2|Studio|Polyglot|Chirp-HD|Chirp3-HD)-[A-Za-z]+$/;
const geminiVoices = ['Kore', 'Puck', 'Aoede', 'Charon'];
const longestBytes = 5000;

/** `POST /v1/text:synthesize` */
export function synthesize(request: CapturedRequest): StandInReply {
  const { input = {}, voice = {}, audioConfig = {} } = parseMessage(jsonBody(request), synthesizeSpeechRequest) as Parts;
  refuseInput(input);
  refuseVoice(voice, input);
  const audio = audioOf(audioConfig, (voice['name'] ?? '') as string);
  return googleJson(200, { audioContent: audio.toString('base64') });
}

/** `GET /v1/voices?languageCode=` */
export function listVoices({ query }: CapturedRequest): StandInReply {
  const unknown = [...query.keys()].find((name) => !['languageCode', 'key', '$alt'].includes(name));
  if (unknown !== undefined)
    throw new GoogleRefusal(400, `Invalid JSON payload received. Unknown name "${unknown}": Cannot bind query parameter.`);
  const asked = query.get('languageCode') ?? '';
  const asNumbers = query.get('$alt')?.includes('enum-encoding=int') === true;
  const voices = ['en-US-Chirp3-HD-Kore', 'en-US-Neural2-C', 'de-DE-Neural2-B'].map((name) => ({
    languageCodes: [name.slice(0, 5)],
    name,
    ssmlGender: asNumbers ? genders.FEMALE : 'FEMALE',
    naturalSampleRateHertz: SPOKEN_SAMPLE_RATE,
  }));
  return googleJson(200, { voices: voices.filter(({ name }) => name.startsWith(asked)) });
}

interface Parts {
  input?: Record<string, unknown>;
  voice?: Record<string, unknown>;
  audioConfig?: Record<string, unknown>;
}

function refuseInput(input: Record<string, unknown>): void {
  const sources = [input['text'], input['ssml'], input['markup']].filter((one) => one !== undefined && one !== '');
  const [source] = sources;
  if (sources.length !== 1) throw new GoogleRefusal(400, 'Exactly one of `input.text`, `input.ssml` or `input.markup` must be set.');
  if (Buffer.byteLength(String(source)) > longestBytes) {
    throw new GoogleRefusal(400, `Either \`input.text\` or \`input.ssml\` is longer than the limit of ${longestBytes} bytes.`);
  }
}

function refuseVoice({ languageCode, name, modelName }: Record<string, unknown>, { prompt }: Record<string, unknown>): void {
  if (typeof languageCode !== 'string' || !/^[a-z]{2,3}-[A-Z]{2}$/.test(languageCode)) {
    throw new GoogleRefusal(400, 'Invalid or missing `voice.language_code`.');
  }
  if (prompt !== undefined && modelName === undefined) throw new GoogleRefusal(400, 'Prompt is only supported for Gemini TTS.');
  if (name === undefined && modelName === undefined) return;
  const known = modelName === undefined ? families.test(String(name)) : geminiVoices.includes(String(name));
  if (!known) throw new GoogleRefusal(400, `Voice '${String(name)}' does not exist. Is it misspelled?`);
  const locale = families.exec(String(name))?.[1] ?? languageCode;
  if (locale !== languageCode) {
    throw new GoogleRefusal(
      400,
      `Requested language code '${languageCode}' doesn't match the voice '${String(name)}''s language code '${locale}'. Either they are mismatched or voice name is incorrect.`,
    );
  }
}

function audioOf(config: Record<string, unknown>, voice: string): Buffer {
  const { audioEncoding, sampleRateHertz: rate = SPOKEN_SAMPLE_RATE, pitch = 0 } = config;
  const format = formats[String(audioEncoding)];
  if (format === undefined) throw new GoogleRefusal(400, 'Invalid or missing `audio_config.audio_encoding`.');
  within(config, 'speakingRate', 0.25, 4);
  within(config, 'pitch', -20, 20);
  within(config, 'volumeGainDb', -96, 16);
  within(config, 'sampleRateHertz', 8000, 48_000);
  if (format === 'opus' && ![8000, 12_000, 16_000, 24_000, 48_000].includes(Number(rate))) {
    throw new GoogleRefusal(400, 'The sample rate is not supported for OGG_OPUS.');
  }
  if (pitch !== 0 && /chirp/i.test(voice)) throw new GoogleRefusal(400, 'This voice does not support pitch parameters at this time.');
  if (format !== 'wav' && format !== 'pcm') return spokenAudio(format);
  const samples = resample(spokenAudio('pcm'), Number(rate));
  return format === 'wav' ? wavOf(samples, Number(rate)) : samples;
}

function within(config: Record<string, unknown>, name: string, min: number, max: number): void {
  const value = config[name];
  if (typeof value !== 'number' || (value >= min && value <= max)) return;
  throw new GoogleRefusal(400, `Invalid \`audio_config.${name}\`: must be between ${min} and ${max}.`);
}

/** Signed 16-bit samples at another rate, the nearest one taken. */
function resample(pcm: Buffer, rate: number): Buffer {
  if (rate === SPOKEN_SAMPLE_RATE) return pcm;
  const length = Math.floor(((pcm.byteLength / 2) * rate) / SPOKEN_SAMPLE_RATE);
  const samples = Buffer.alloc(length * 2);
  for (let index = 0; index < length; index++) {
    samples.writeInt16LE(pcm.readInt16LE(Math.floor((index * SPOKEN_SAMPLE_RATE) / rate) * 2), index * 2);
  }
  return samples;
}
