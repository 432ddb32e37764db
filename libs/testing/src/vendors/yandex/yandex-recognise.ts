import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import type { CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { readMessage } from './proto-json.js';
import { RECOGNIZE_FILE_REQUEST } from './speechkit-messages.js';
import { authorise, checkParameters, single } from './yandex-access.js';
import { jsonReply, YandexRefusal } from './yandex-error.js';

/** `POST /speech/v1/stt:recognize`. */
export function recogniseV1(request: CapturedRequest): StandInReply {
  const { query, body } = request;
  authorise(request, single(query, 'folderId'));
  checkParameters(query, {
    lang: ['ru-RU', 'auto'],
    topic: ['general', 'general:rc', 'general:deprecated'],
    profanityFilter: ['true', 'false'],
    rawResults: ['true', 'false'],
    format: ['lpcm', 'oggopus'],
    sampleRateHertz: ['48000', '16000', '8000'],
    folderId: /^.{1,50}$/,
  });
  if (body.length === 0) throw new YandexRefusal(3, 'audio should not be empty');
  if (body.length > 1_048_576) throw new YandexRefusal(3, 'audio should be less than 1 MB');
  const pcm = single(query, 'format') === 'lpcm';
  if (!pcm && single(query, 'sampleRateHertz') !== undefined) throw new YandexRefusal(3, 'sampleRateHertz is for lpcm');
  if (pcm) checkSamples(body, Number(single(query, 'sampleRateHertz') ?? 48_000), 30);
  else if (audioKind(body) !== 'ogg') throw new YandexRefusal(3, 'failed to decode audio');
  return { ...jsonReply({ result: SPOKEN_TEXT }), headers: { 'content-type': 'application/json', 'yacloud-billing-units': '15' } };
}

interface FileRequest {
  content?: Buffer;
  uri?: string;
  recognitionModel?: {
    model?: string;
    audioFormat?: { rawAudio?: { sampleRateHertz?: number }; containerAudio?: { containerAudioType?: string } };
    languageRestriction?: { restrictionType?: string; languageCode?: readonly string[] };
  };
}

const LANGUAGES = 'auto de-DE en-US es-ES fi-FI fr-FR he-IL it-IT kk-KK kk-KZ nl-NL pl-PL pt-PT pt-BR ru-RU sv-SE tr-TR uz-UZ'.split(' ');
const MODELS = ['general', 'general:rc', 'general:deprecated', 'deferred-general'];

/** `POST /stt/v3/recognizeFileAsync`: whether the request is one that would be taken. */
export function checkFile(request: CapturedRequest): void {
  const folder = request.headers['x-folder-id'];
  authorise(request, typeof folder === 'string' ? folder : undefined);
  const message = readMessage(JSON.parse(request.body.toString('utf8')), RECOGNIZE_FILE_REQUEST) as FileRequest;
  const { content, uri, recognitionModel: { model = 'general', audioFormat, languageRestriction } = {} } = message;
  if (content === undefined && uri === undefined) throw new YandexRefusal(3, 'content or uri must be specified');
  if (uri !== undefined && !uri.startsWith('https://storage.yandexcloud.net/')) throw new YandexRefusal(3, 'bad uri');
  if (!MODELS.includes(model)) throw new YandexRefusal(3, 'unknown model');
  if (audioFormat === undefined) throw new YandexRefusal(3, 'audio_format must be specified');
  if (content !== undefined) checkContent(content, audioFormat);
  if (languageRestriction === undefined) return;
  const { restrictionType = '', languageCode = [] } = languageRestriction;
  if (!['WHITELIST', 'BLACKLIST'].includes(restrictionType)) throw new YandexRefusal(3, 'restriction_type must be specified');
  if (languageCode.length === 0 || !languageCode.every((code) => LANGUAGES.includes(code))) throw new YandexRefusal(3, 'bad language_code');
}

function checkContent(
  content: Buffer,
  { rawAudio, containerAudio }: NonNullable<NonNullable<FileRequest['recognitionModel']>['audioFormat']>,
): void {
  if (rawAudio !== undefined) {
    if (rawAudio.sampleRateHertz === undefined) throw new YandexRefusal(3, 'sample_rate_hertz must be specified');
    checkSamples(content, rawAudio.sampleRateHertz, 4 * 3600);
    return;
  }
  const kinds: Readonly<Record<string, string>> = { WAV: 'wav', OGG_OPUS: 'ogg', MP3: 'mp3' };
  const kind = kinds[containerAudio?.containerAudioType ?? ''];
  if (kind === undefined || audioKind(content) !== kind) throw new YandexRefusal(3, 'failed to decode audio');
}

function checkSamples(samples: Buffer, rate: number, maximumSeconds: number): void {
  if (![8000, 16_000, 48_000].includes(rate)) throw new YandexRefusal(3, 'bad sample rate');
  if (samples.length === 0 || samples.length % 2 !== 0) throw new YandexRefusal(3, 'failed to decode audio');
  if (samples.length / 2 / rate > maximumSeconds) throw new YandexRefusal(3, `audio duration should be less than ${maximumSeconds}s`);
}

/** What `getRecognition` answers: for each utterance what was heard, how it is written, and that it ended. */
export function recognitionEvents(...utterances: readonly string[]): string {
  const lines = utterances.flatMap((text, index) => {
    const [start, end] = [index * 2000, (index + 1) * 2000];
    const event = (content: object) => ({
      result: {
        sessionUuid: { uuid: '24935f24-2c1f62dc-8dd49006-0', userRequestId: 'f8d2h7m07t4i' },
        audioCursors: {
          receivedDataMs: String(end),
          resetTimeMs: '0',
          partialTimeMs: String(end),
          finalTimeMs: String(end),
          finalIndex: String(index),
          eouTimeMs: '0',
        },
        responseWallTimeMs: '189',
        ...content,
        channelTag: '0',
      },
    });
    const heard = alternative(text.toLowerCase().replaceAll(/[.,!?]/g, ''), start, end);
    return [
      event({ final: { alternatives: [heard], channelTag: '0' } }),
      event({
        finalRefinement: { finalIndex: String(index), normalizedText: { alternatives: [alternative(text, start, end)], channelTag: '0' } },
      }),
      event({ eouUpdate: { timeMs: String(end) } }),
    ];
  });
  return lines.map((line) => `${JSON.stringify(line, null, 3)}\n`).join('');
}

function alternative(text: string, start: number, end: number) {
  const words = text.split(' ').filter((word) => word !== '');
  const step = Math.floor((end - start) / Math.max(1, words.length));
  return {
    words: words.map((word, index) => ({
      text: word,
      startTimeMs: String(start + index * step),
      endTimeMs: String(start + index * step + step - 40),
    })),
    text,
    startTimeMs: String(start),
    endTimeMs: String(end),
    confidence: 0,
    languages: [
      { languageCode: 'en-US', probability: 0.94 },
      { languageCode: 'ru-RU', probability: 0.06 },
    ],
  };
}
