import { spokenAudio } from '../audio/spoken-audio.js';
import { jsonBody, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { CartesiaRefusal, invalid } from './cartesia.errors.js';

const bodyFields = [
  'model_id transcript voice language locale output_format generation_config normalization pronunciation_dict_id save speed',
].flatMap((names) => names.split(' '));
const languages = new Set<unknown>(
  'en fr de es pt zh ja hi it ko nl pl ru sv tr tl bg ro ar cs el fi hr ms sk da ta uk hu no vi bn th he ka id te gu kn ml mr pa or ur'.split(
    ' ',
  ),
);
const models = /^sonic-(?:3|3\.5|latest)(?:-\d{4}-\d{2}-\d{2})?$/;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const sampleRates: readonly unknown[] = [8000, 16_000, 22_050, 24_000, 44_100, 48_000];
const bitRates: readonly unknown[] = [32_000, 64_000, 96_000, 128_000, 192_000];
const ranges: Readonly<Record<string, readonly [number, number]>> = { speed: [0.6, 1.5], volume: [0.5, 2] };

/** `POST /tts/bytes`. */
export function speak(request: CapturedRequest, version: string): StandInReply {
  const body = jsonBody(request);
  const { model_id: model, transcript, language, locale } = body;
  const [unknown] = unknownFields(body, bodyFields);
  if (unknown !== undefined) throw invalid(`Unknown field '${unknown}'.`);
  if (typeof model !== 'string') throw invalid("'model_id' is required.");
  if (!models.test(model)) throw new CartesiaRefusal(404, 'model_not_found', 'Model not found', 'There is no such model.');
  if (typeof transcript !== 'string' || transcript.trim() === '') throw invalid("'transcript' must not be empty.");
  checkVoice(body['voice'], version);
  if (language !== undefined && locale !== undefined) throw invalid("Only one of 'language' and 'locale' may be set.");
  if (language !== undefined && !languages.has(language)) throw invalid("'language' is not supported.");
  checkGeneration(body['generation_config']);
  const { format, type } = checkOutput(body['output_format']);
  const audio = spokenAudio(format);
  const half = Math.ceil(audio.length / 2);
  return { status: 200, headers: { 'content-type': type }, body: [audio.subarray(0, half), audio.subarray(half)] };
}

/** An id alone since 2026-08-14; `mode` is required before. */
function checkVoice(voice: unknown, version: string): void {
  const newer = version >= '2026-08-14';
  const { mode, id } = (typeof voice === 'object' && voice !== null ? voice : { id: newer ? voice : undefined }) as Record<string, unknown>;
  if (typeof id !== 'string' || (mode === undefined ? !newer : mode !== 'id')) throw invalid("'voice' must be {mode: 'id', id}.");
  if (!uuid.test(id)) throw new CartesiaRefusal(404, 'voice_not_found', 'Voice not found', 'There is no such voice.');
}

function checkGeneration(generation: unknown): void {
  if (generation === undefined) return;
  if (typeof generation !== 'object' || generation === null) throw invalid("'generation_config' must be an object.");
  for (const [name, value] of Object.entries(generation)) {
    if (name === 'emotion' && typeof value === 'string') continue;
    const range = ranges[name];
    if (range === undefined || typeof value !== 'number' || value < range[0] || value > range[1]) {
      throw invalid(`'generation_config.${name}' is not valid.`);
    }
  }
}

function checkOutput(output: unknown): { format: 'mp3' | 'wav' | 'pcm'; type: string } {
  if (typeof output !== 'object' || output === null) throw invalid("'output_format' is required.");
  const { container, encoding, sample_rate: rate, bit_rate: bits, ...others } = output as Record<string, unknown>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(`Unknown field 'output_format.${unknown}'.`);
  if (!sampleRates.includes(rate)) throw invalid("'output_format.sample_rate' is not valid.");
  if (container === 'mp3') {
    if (!bitRates.includes(bits) || encoding !== undefined) throw invalid("'output_format.bit_rate' is not valid.");
    return { format: 'mp3', type: 'audio/mpeg' };
  }
  // The recordings there are hold 16-bit samples; other encodings of the original are not played.
  if ((container !== 'wav' && container !== 'raw') || encoding !== 'pcm_s16le' || bits !== undefined) {
    throw invalid("'output_format' is not valid.");
  }
  return container === 'wav' ? { format: 'wav', type: 'audio/wav' } : { format: 'pcm', type: 'application/octet-stream' };
}
