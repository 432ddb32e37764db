import type { AudioFormat } from '@parlance/contracts';
import { spokenAudio } from '../audio/spoken-audio.js';
import { formBody, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { readMessage } from './proto-json.js';
import { PUBLISHED_VOICES } from './published-voices.js';
import { UTTERANCE_SYNTHESIS_REQUEST } from './speechkit-messages.js';
import { authorise, checkParameters, single } from './yandex-access.js';
import { YandexRefusal } from './yandex-error.js';

const V1_FORMATS: Readonly<Record<string, { format: AudioFormat; type: string }>> = {
  lpcm: { format: 'pcm', type: 'audio/x-pcm' },
  oggopus: { format: 'opus', type: 'audio/ogg' },
  mp3: { format: 'mp3', type: 'audio/mpeg' },
};

/** `POST /speech/v1/tts:synthesize`. */
export function speakV1(request: CapturedRequest): StandInReply {
  if (request.body.length > 15_000) throw new YandexRefusal(3, 'request body is too large');
  const form = formBody(request);
  authorise(request, single(form, 'folderId'));
  checkParameters(form, {
    text: /\S/,
    ssml: /^<speak>.*<\/speak>$/s,
    lang: ['ru-RU', 'en-US', 'kk-KK', 'kk-KZ', 'de-DE', 'uz-UZ'],
    voice: PUBLISHED_VOICES.filter(({ versions }) => versions.includes('v1')).map(({ voice }) => voice),
    emotion: /^[a-z]+$/,
    speed: /^(?:[0-2](?:\.\d+)?|3(?:\.0+)?)$/,
    format: Object.keys(V1_FORMATS),
    sampleRateHertz: ['48000', '16000', '8000'],
    folderId: /^.{1,50}$/,
  });
  const [text, ssml] = [single(form, 'text'), single(form, 'ssml')];
  if ((text === undefined) === (ssml === undefined)) throw new YandexRefusal(3, 'one of text and ssml must be specified');
  if (lengthOf(text ?? ssml) > 5000) throw new YandexRefusal(3, 'text length should be less than 5000');
  if (Number(single(form, 'speed') ?? 1) < 0.1) throw new YandexRefusal(3, 'bad value of speed');
  checkRole(single(form, 'voice') ?? 'marina', single(form, 'emotion'));
  const { format, type } = V1_FORMATS[single(form, 'format') ?? 'oggopus'] ?? { format: 'opus', type: 'audio/ogg' };
  if (form.has('sampleRateHertz') && format !== 'pcm') throw new YandexRefusal(3, 'sampleRateHertz is for lpcm');
  return { status: 200, headers: { 'content-type': type }, body: pieces(spokenAudio(format), 4) };
}

type Hints = { voice?: string; role?: string; speed?: number; volume?: number; pitchShift?: number };
type SynthesisRequest = {
  model?: string;
  text?: string;
  textTemplate?: unknown;
  hints?: readonly Hints[];
  outputAudioSpec?: { rawAudio?: { audioEncoding?: string; sampleRateHertz?: number }; containerAudio?: { containerAudioType?: string } };
  loudnessNormalizationType?: string;
  unsafeMode?: boolean;
};

/** `POST /tts/v3/utteranceSynthesis`: several lines, cut where lines and characters are not. */
export function speakV3(request: CapturedRequest): StandInReply {
  const folder = request.headers['x-folder-id'];
  authorise(request, typeof folder === 'string' ? folder : undefined);
  const message = readMessage(JSON.parse(request.body.toString('utf8')), UTTERANCE_SYNTHESIS_REQUEST) as SynthesisRequest;
  const format = checkSynthesis(message);
  const parts = pieces(spokenAudio(format), 5);
  const lines = parts.map((part, index) => synthesisLine(part, index, message.text ?? ''));
  return { status: 200, headers: { 'content-type': 'application/json' }, body: pieces(Buffer.from(lines.join('')), 7) };
}

/** One line of an answer. */
export function synthesisLine(audio: Uint8Array, index: number, text: string): string {
  const result = {
    audioChunk: { data: Buffer.from(audio).toString('base64') },
    textChunk: { text: index === 0 ? text : '' },
    startMs: String(index * 400),
    lengthMs: '400',
  };
  return `${JSON.stringify({ result })}\n`;
}

function checkSynthesis(message: SynthesisRequest): AudioFormat {
  const { model, text, textTemplate, hints = [], unsafeMode = false, loudnessNormalizationType = 'LUFS' } = message;
  if (model !== undefined && model !== '') throw new YandexRefusal(3, 'model should be empty');
  if (textTemplate === undefined && (text ?? '').trim() === '') throw new YandexRefusal(3, 'Text must be specified');
  if (lengthOf(text) > (unsafeMode ? 5000 : 250)) throw new YandexRefusal(3, 'Too long text: length limit exceeded');
  const hint: Hints = Object.assign({}, ...hints) as Hints;
  const voice = hint.voice ?? 'marina';
  if (!PUBLISHED_VOICES.some((published) => published.voice === voice)) throw new YandexRefusal(3, 'Unsupported voice');
  checkRole(voice, hint.role);
  within('speed', hint.speed, 0.1, 3);
  within('pitch_shift', hint.pitchShift, -1000, 1000);
  const [quietest, loudest] = loudnessNormalizationType === 'LUFS' ? [-145, -Number.MIN_VALUE] : [Number.MIN_VALUE, 1];
  within('volume', hint.volume, quietest, loudest);
  return formatOf(message);
}

function formatOf({ outputAudioSpec: { rawAudio, containerAudio } = {} }: SynthesisRequest): AudioFormat {
  if (rawAudio !== undefined) {
    if (rawAudio.audioEncoding !== 'LINEAR16_PCM') throw new YandexRefusal(3, 'audio_encoding must be specified');
    if (rawAudio.sampleRateHertz === undefined) throw new YandexRefusal(3, 'sample_rate_hertz must be specified');
    within('sample_rate_hertz', rawAudio.sampleRateHertz, 8000, 48_000);
    return 'pcm';
  }
  switch (containerAudio?.containerAudioType) {
    case 'OGG_OPUS':
      return 'opus';
    case 'MP3':
      return 'mp3';
    case undefined:
    default:
      return 'wav';
  }
}

function checkRole(voice: string, role: string | undefined): void {
  const published = PUBLISHED_VOICES.find((candidate) => candidate.voice === voice);
  if (role !== undefined && published?.roles.includes(role) !== true) throw new YandexRefusal(3, `The voice has no role ${role}`);
}

function within(name: string, value: number | undefined, minimum: number, maximum: number): void {
  if (value !== undefined && (value < minimum || value > maximum)) throw new YandexRefusal(3, `${name} is out of range`);
}

/** In characters, as people count them at Yandex: not in halves of them. */
function lengthOf(text = ''): number {
  return Array.from(text).length;
}

/** Odd cuts, so that nothing ends where a sample, a line or a character does. */
function pieces(bytes: Buffer, count: number): Buffer[] {
  const size = Math.ceil(bytes.length / count) | 1;
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_unused, index) => bytes.subarray(index * size, (index + 1) * size));
}
