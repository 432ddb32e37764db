import { spokenAudio } from '../audio/spoken-audio.js';
import { jsonBody, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { ElevenlabsProblem, ElevenlabsRefusal } from './elevenlabs.errors.js';

const outputFormats = new Set(
  [
    'mp3_22050_32 mp3_24000_48 mp3_44100_32 mp3_44100_64 mp3_44100_96 mp3_44100_128 mp3_44100_192',
    'opus_48000_32 opus_48000_64 opus_48000_96 opus_48000_128 opus_48000_192',
    'pcm_8000 pcm_16000 pcm_22050 pcm_24000 pcm_32000 pcm_44100 pcm_48000',
  ].flatMap((names) => names.split(' ')),
);
/** Model -> characters in one request, and whether it may be told the language. */
const models: Readonly<Record<string, { limit: number; language: boolean }>> = {
  eleven_flash_v2_5: { limit: 40_000, language: true },
  eleven_turbo_v2_5: { limit: 40_000, language: true },
  eleven_multilingual_v2: { limit: 10_000, language: false },
  eleven_v3: { limit: 5000, language: true },
};
const queryFields = ['enable_logging', 'optimize_streaming_latency', 'output_format'];
const bodyFields = [
  'text model_id language_code voice_settings pronunciation_dictionary_locators seed previous_text next_text',
  'previous_request_ids next_request_ids apply_text_normalization apply_language_text_normalization use_pvc_as_ivc audio_effects',
].flatMap((names) => names.split(' '));
const settingRanges: Readonly<Record<string, readonly [number, number]>> = {
  stability: [0, 1],
  similarity_boost: [0, 1],
  style: [0, 1],
  speed: [0.7, 1.2],
};

/** `POST /v1/text-to-speech/{voice}` and `/stream`. */
export function speak(request: CapturedRequest, voice: string): StandInReply {
  const body = jsonBody(request);
  const { text } = body;
  const format = checkQuery(request.query);
  if (!/^[A-Za-z0-9]{20}$/.test(voice))
    throw new ElevenlabsRefusal(404, 'voice_not_found', `A voice with the voice_id ${voice} was not found.`);
  const [unknown] = unknownFields(body, bodyFields);
  if (unknown !== undefined) throw new ElevenlabsProblem(['body', unknown], 'Extra inputs are not permitted', 'extra_forbidden');
  if (typeof text !== 'string') throw new ElevenlabsProblem(['body', 'text'], 'Field required', 'missing');
  if (text.trim() === '') throw new ElevenlabsRefusal(400, 'input_text_empty', 'Input text is empty.');
  checkModel(body, text);
  checkSettings(body['voice_settings']);
  checkStrings(body, ['language_code', 'previous_text', 'next_text', 'apply_text_normalization']);
  const audio = spokenAudio(format);
  const half = Math.ceil(audio.length / 2);
  return {
    status: 200,
    headers: {
      'content-type': { mp3: 'audio/mpeg', opus: 'audio/ogg', pcm: 'audio/pcm' }[format],
      'request-id': 'Jm1yBcQd8wq9TtGqEXAM',
      'character-cost': String(Array.from(text).length),
    },
    body: [audio.subarray(0, half), audio.subarray(half)],
  };
}

function checkQuery(query: URLSearchParams): 'mp3' | 'opus' | 'pcm' {
  const [unknown] = unknownFields(Object.fromEntries(query), queryFields);
  if (unknown !== undefined) throw new ElevenlabsProblem(['query', unknown], 'Extra inputs are not permitted', 'extra_forbidden');
  const format = query.get('output_format') ?? 'mp3_44100_128';
  if (!outputFormats.has(format)) throw new ElevenlabsProblem(['query', 'output_format'], 'Input is no known output format', 'enum');
  return format.slice(0, format.indexOf('_')) as 'mp3' | 'opus' | 'pcm';
}

function checkModel({ model_id: id = 'eleven_multilingual_v2', language_code: language }: Record<string, unknown>, text: string): void {
  if (typeof id !== 'string') throw new ElevenlabsProblem(['body', 'model_id'], 'Input should be a valid string', 'string_type');
  const model = models[id];
  if (model === undefined) throw new ElevenlabsRefusal(400, 'model_not_found', `A model with model ID ${id} does not exist.`);
  if (language !== undefined && (!model.language || typeof language !== 'string' || !/^[a-z]{2,3}$/.test(language))) {
    throw new ElevenlabsRefusal(400, 'unsupported_language', `Model '${id}' does not support the language_code.`);
  }
  const { length } = Array.from(text);
  if (length > model.limit) {
    const message = `This request's text has ${length} characters and exceeds the character limit of ${model.limit} characters.`;
    throw new ElevenlabsRefusal(400, 'max_character_limit_exceeded', message);
  }
}

function checkSettings(settings: unknown): void {
  if (settings === undefined) return;
  if (typeof settings !== 'object' || settings === null)
    throw new ElevenlabsProblem(['body', 'voice_settings'], 'Input should be an object', 'model_type');
  for (const [name, value] of Object.entries(settings)) {
    const range = settingRanges[name];
    if (name === 'use_speaker_boost' && typeof value === 'boolean') continue;
    if (range === undefined || typeof value !== 'number')
      throw new ElevenlabsProblem(['body', 'voice_settings', name], 'Input should be a valid number', 'float_type');
    if (value < range[0] || value > range[1]) {
      const message = `Invalid setting for ${name} received, expected to be greater or equal to ${range[0]} and less or equal to ${range[1]}.`;
      throw new ElevenlabsRefusal(400, 'invalid_voice_settings', message);
    }
  }
}

function checkStrings(body: Record<string, unknown>, names: readonly string[]): void {
  const wrong = names.find((name) => body[name] !== undefined && typeof body[name] !== 'string');
  if (wrong !== undefined) throw new ElevenlabsProblem(['body', wrong], 'Input should be a valid string', 'string_type');
}
