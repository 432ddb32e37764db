import { audioKind, isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { parseMultipart, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';

const locale = /^[a-z]{2,3}-[A-Z]{2}$/;
const fields = ['audioUrl', 'locales', 'models', 'profanityFilterMode', 'diarization', 'channels', 'enhancedMode', 'phraseList'];
const filterModes: readonly unknown[] = ['None', 'Masked', 'Removed', 'Tags'];
const versions = ['2024-11-15', '2025-10-15'];

/** The error of the fast transcription. */
export function azureError(status: number, code: string, inner: string, message: string): StandInReply {
  return json(status, { code, message, innerError: { code: inner, message } });
}

/** `POST /speechtotext/transcriptions:transcribe` */
export async function azureTranscribe(request: CapturedRequest): Promise<StandInReply> {
  const version = request.query.get('api-version') ?? '';
  if (!versions.includes(version)) return azureError(404, 'NotFound', 'UnsupportedApiVersion', 'The api-version is not supported.');
  const form = await parseMultipart(request);
  const refused = [...form.fields.keys(), ...form.files.map(({ name }) => name)].find((name) => !['definition', 'audio'].includes(name));
  if (refused !== undefined) return invalid('InvalidForm', `The part '${refused}' is not known.`);
  const problem = refuseDefinition(form.fields.get('definition')?.[0] ?? '{}', version);
  if (problem !== undefined) return invalid('InvalidDefinition', problem);
  const [audio, ...more] = form.files;
  if (audio?.name !== 'audio' || more.length > 0) return invalid('MissingAudio', 'The audio is required.');
  if (!isAudio(audio.bytes)) return invalid('InvalidAudioFormat', 'The audio cannot be read.');
  return json(200, heard());
}

/** `POST /speech/recognition/conversation/cognitiveservices/v1` */
export function azureRecognise({ query, headers, body }: CapturedRequest): StandInReply {
  const type = headers['content-type'] ?? '';
  const rate = /^audio\/wav; ?codecs=audio\/pcm; ?samplerate=(\d+)$/.exec(type)?.[1];
  const wav = rate !== undefined;
  if (!wav && !/^audio\/ogg; ?codecs=opus$/.test(type))
    return { status: 415, headers: { 'content-type': 'text/plain' }, body: 'Unsupported media type.' };
  if (!locale.test(query.get('language') ?? ''))
    return { status: 400, headers: { 'content-type': 'text/plain' }, body: 'The language is required.' };
  const format = query.get('format') ?? 'simple';
  const unknown = [...query.keys()].some((name) => !['language', 'format', 'profanity', 'cid'].includes(name));
  const profanity = query.get('profanity') ?? 'masked';
  if (unknown || !['simple', 'detailed'].includes(format) || !['masked', 'removed', 'raw'].includes(profanity)) return { status: 400 };
  if (audioKind(body) !== (wav ? 'wav' : 'ogg') || (wav && !isMono16(body, Number(rate))))
    return { status: 400, headers: { 'content-type': 'text/plain' }, body: 'The audio cannot be read.' };
  const success = { RecognitionStatus: 'Success', Offset: 1_000_000, Duration: 18_000_000 };
  if (format === 'simple') return json(200, { ...success, DisplayText: SPOKEN_TEXT });
  const lexical = SPOKEN_TEXT.toLowerCase().replace('.', '');
  const best = { Confidence: 0.97, Lexical: lexical, ITN: lexical, MaskedITN: lexical, Display: SPOKEN_TEXT };
  return json(200, { ...success, NBest: [best] });
}

/** What the header of a WAV says: PCM of 16 bits, one channel, the rate that was announced. */
function isMono16(body: Buffer, rate: number): boolean {
  return body.readUInt16LE(20) === 1 && body.readUInt16LE(22) === 1 && body.readUInt32LE(24) === rate && body.readUInt16LE(34) === 16;
}

function refuseDefinition(source: string, version: string): string | undefined {
  const definition = parse(source);
  if (definition === undefined) return 'The definition is no JSON object.';
  const [unknown] = unknownFields(definition, fields);
  if (unknown !== undefined) return `The property '${unknown}' is not known.`;
  const { locales = [], phraseList, profanityFilterMode = 'Masked' } = definition;
  if (!filterModes.includes(profanityFilterMode)) return 'The profanityFilterMode is not known.';
  if (!Array.isArray(locales) || !locales.every((one) => typeof one === 'string' && locale.test(one)))
    return 'The locales are not supported.';
  if (phraseList === undefined) return undefined;
  const { phrases } = phraseList as { phrases?: unknown };
  if (version < '2025-10-15') return "The property 'phraseList' is not known.";
  return Array.isArray(phrases) && phrases.every((phrase) => typeof phrase === 'string') ? undefined : 'The phrases are no list.';
}

function parse(source: string): Record<string, unknown> | undefined {
  try {
    const parsed = JSON.parse(source) as unknown;
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function heard() {
  const words = SPOKEN_TEXT.split(' ').map((text, index) => ({ text, offsetMilliseconds: 100 + index * 360, durationMilliseconds: 320 }));
  const phrase = { offsetMilliseconds: 100, durationMilliseconds: 1800, text: SPOKEN_TEXT, words, locale: 'en-US', confidence: 0.93 };
  return { durationMilliseconds: 2060, combinedPhrases: [{ text: SPOKEN_TEXT }], phrases: [phrase] };
}

function invalid(inner: string, message: string): StandInReply {
  return azureError(400, 'InvalidRequest', inner, message);
}

function json(status: number, body: object): StandInReply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'apim-request-id': 'f1c39f84' },
    body: JSON.stringify(body),
  };
}
