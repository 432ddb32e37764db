import type { AudioFormat } from '@parlance/contracts';
import { spokenAudio } from '../audio/spoken-audio.js';
import { jsonBody, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { legacyError, modernError, refuseParameters } from './deepgram-error.js';

const LONGEST = 2000;
const parameters = {
  model: /^[a-z0-9-]+$/,
  encoding: /^(?:linear16|flac|mulaw|alaw|mp3|opus|aac)$/,
  container: /^(?:none|wav|ogg)$/,
  sample_rate: /^\d+$/,
  bit_rate: /^\d+$/,
  speed: /^\d+(?:\.\d+)?$/,
  mip_opt_out: /^(?:true|false)$/,
  callback: /^https?:/,
  callback_method: /^(?:POST|PUT)$/,
  tag: /./,
};

interface Output {
  format: AudioFormat;
  type: string;
  /** `undefined`: it cannot be chosen. */
  rates?: readonly number[];
}

/** By encoding and container; a container that is not said is the first one of the encoding. */
const outputs: Readonly<Record<string, Output>> = {
  mp3: { format: 'mp3', type: 'audio/mpeg' },
  opus: { format: 'opus', type: 'audio/ogg;codecs=opus' },
  'opus ogg': { format: 'opus', type: 'audio/ogg;codecs=opus' },
  flac: { format: 'flac', type: 'audio/flac', rates: [8000, 16_000, 22_050, 32_000, 48_000] },
  aac: { format: 'aac', type: 'audio/aac' },
  linear16: { format: 'wav', type: 'audio/wav', rates: [8000, 16_000, 24_000, 32_000, 48_000] },
  'linear16 wav': { format: 'wav', type: 'audio/wav', rates: [8000, 16_000, 24_000, 32_000, 48_000] },
  'linear16 none': { format: 'pcm', type: 'audio/l16;rate=24000;channels=1', rates: [8000, 16_000, 24_000, 32_000, 48_000] },
};

export function deepgramSpeak(request: CapturedRequest): StandInReply {
  const { query } = request;
  const refusal = refuseParameters(request, parameters, ['tag']) ?? refuseModel(query) ?? refuseOutput(query) ?? refuseText(request);
  if (refusal !== undefined) return refusal;
  const { format, type } = outputOf(query)!;
  const audio = spokenAudio(format);
  const half = Math.ceil(audio.length / 2);
  const characters = Array.from(jsonBody(request)['text'] as string).length;
  return {
    status: 200,
    headers: {
      'content-type': type,
      'dg-request-id': '0b7f9a36-54a9-4b57-8e6d-b35a3d1a4a5d',
      'dg-char-count': String(characters),
      'dg-model-name': query.get('model') ?? 'aura-asteria-en',
    },
    body: [audio.subarray(0, half), audio.subarray(half)],
  };
}

function refuseModel(query: URLSearchParams): StandInReply | undefined {
  const model = query.get('model') ?? 'aura-asteria-en';
  if (!/^aura-(?:2-)?[a-z]+-(?:en|es|de|fr|nl|it|ja)$/.test(model)) {
    return legacyError(400, 'Bad Request', 'Bad Request: No such model/version combination found.');
  }
  const speed = query.get('speed');
  if (speed === null) return undefined;
  if (/^aura-2-.*-(?:en|es)$/.test(model) && Number(speed) >= 0.7 && Number(speed) <= 1.5) return undefined;
  return modernError(400, 'INVALID_QUERY_PARAMETER', 'Invalid query parameter.', 'speed is not supported, or out of range.');
}

function refuseOutput(query: URLSearchParams): StandInReply | undefined {
  const output = outputOf(query);
  const rate = query.get('sample_rate');
  if (output !== undefined && (rate === null || output.rates?.includes(Number(rate)) === true)) return undefined;
  return legacyError(400, 'UNSUPPORTED_AUDIO_FORMAT', 'Unsupported audio format: encoding, container and sample rate do not go together.');
}

function refuseText(request: CapturedRequest): StandInReply | undefined {
  const body = jsonBody(request);
  const [unknown] = unknownFields(body, ['text']);
  if (unknown !== undefined || typeof body['text'] !== 'string') {
    const details = `Json deserialize error: ${unknown === undefined ? 'missing field `text`' : `unknown field \`${unknown}\``} at line 1 column 2`;
    return modernError(400, 'INVALID_JSON', 'Invalid JSON submitted.', details);
  }
  if (body['text'].trim() === '') return legacyError(400, 'EMPTY_TEXT', 'Bad Request: The text is empty.');
  if (Array.from(body['text']).length <= LONGEST) return undefined;
  return legacyError(413, 'Payload Too Large', `Input text exceeds maximum character limit of ${LONGEST}.`);
}

function outputOf(query: URLSearchParams): Output | undefined {
  const container = query.get('container');
  return outputs[[query.get('encoding') ?? 'mp3', ...(container === null ? [] : [container])].join(' ')];
}
