import { isAudioFormat, AUDIO_FORMATS, type AudioFormat } from '@parlance/contracts';
import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio } from '../audio/spoken-audio.js';
import { bearer, jsonBody, MalformedRequestError, parseMultipart, unknownFields, type CapturedRequest } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { StandIn } from '../stand-in.js';
import { isModelList, modelList } from './openai-models.js';

export const OPENAI_KEY = 'sk-proj-0123456789abcdefghijklmnop';

const mediaTypes = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
} as const;
const speechModels = ['gpt-4o-mini-tts', 'tts-1', 'tts-1-hd', 'kokoro'];
const transcriptionModels = ['gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-transcribe', 'whisper-1'];
const speechFields = ['model', 'input', 'voice', 'instructions', 'response_format', 'speed', 'stream_format'];
const transcriptionFields = [
  'model language prompt response_format temperature stream chunking_strategy',
  'timestamp_granularities[] include[] languages[] keywords[]',
].flatMap((names) => names.split(' '));
/** Codes of Whisper's own: some are not those of BCP 47. */
const whisperLanguages =
  'en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jw su yue'.split(
    ' ',
  );
const fileEndings = /\.(?:flac|mp3|mp4|mpeg|mpga|m4a|ogg|wav|webm)$/;

/** OpenAI's error body. */
export function openaiError(status: number, message: string, code: string | null = null, param: string | null = null): StandInReply {
  const type = status === 429 ? 'requests' : status >= 500 ? 'server_error' : 'invalid_request_error';
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ error: { message, type, param, code } }) };
}

/** How a stand-in answers a request for speech with which everything is right. */
export type OpenaiSpeaker = (text: string, format: AudioFormat) => StandInReply;

/**
 * A server with OpenAI's audio API, as strict as the original about keys, fields, types and limits.
 * @param speaker default: the same recording whatever the text
 */
export async function startOpenaiStandIn(speaker: OpenaiSpeaker = playRecording): Promise<StandIn> {
  const reply = async (request: CapturedRequest) => {
    try {
      return await route(request, speaker);
    } catch (error) {
      if (error instanceof MalformedRequestError) return openaiError(400, error.message);
      throw error;
    }
  };
  const standIn = new StandIn(reply, { probes: isModelList });
  await standIn.start();
  return standIn;
}

async function route(request: CapturedRequest, speaker: OpenaiSpeaker): Promise<StandInReply> {
  if (bearer(request) !== OPENAI_KEY) return openaiError(401, 'Incorrect API key provided.', 'invalid_api_key');
  switch (`${request.method} ${request.path}`) {
    case 'POST /v1/audio/speech':
      return speak(jsonBody(request), speaker);
    case 'POST /v1/audio/transcriptions':
      return transcribe(request);
    case 'GET /v1/models':
      return modelList([...speechModels, ...transcriptionModels]);
    default:
      return openaiError(404, `Invalid URL (${request.method} ${request.path})`, 'unknown_url');
  }
}

function speak(body: Record<string, unknown>, speaker: OpenaiSpeaker): StandInReply {
  const { model, input, voice, instructions, response_format = 'mp3', speed = 1 } = body;
  const [unknown] = unknownFields(body, speechFields);
  if (unknown !== undefined) return openaiError(400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter', unknown);
  if (typeof model !== 'string') return openaiError(400, "Missing required parameter: 'model'.", 'missing_required_parameter', 'model');
  if (!speechModels.includes(model)) return openaiError(404, `The model '${model}' does not exist`, 'model_not_found', 'model');
  if (typeof input !== 'string' || input === '')
    return openaiError(400, "Invalid 'input': string too short.", 'string_below_min_length', 'input');
  if (Array.from(input).length > 4096) return openaiError(400, "Invalid 'input': string too long.", 'string_above_max_length', 'input');
  if (typeof voice !== 'string') return openaiError(400, "Missing required parameter: 'voice'.", 'missing_required_parameter', 'voice');
  if (instructions !== undefined && (typeof instructions !== 'string' || model.startsWith('tts-1'))) {
    return openaiError(400, "Invalid 'instructions'.", 'invalid_value', 'instructions');
  }
  if (!isAudioFormat(response_format)) {
    return openaiError(400, `Invalid 'response_format': expected one of ${AUDIO_FORMATS.join(', ')}.`, 'invalid_value', 'response_format');
  }
  if (typeof speed !== 'number' || speed < 0.25 || speed > 4) return openaiError(400, "Invalid 'speed'.", 'decimal_out_of_range', 'speed');
  const reply = speaker(input, response_format);
  return { ...reply, headers: { 'content-type': mediaTypes[response_format], ...reply.headers } };
}

function playRecording(_text: string, format: AudioFormat): StandInReply {
  const audio = spokenAudio(format);
  const half = Math.ceil(audio.length / 2);
  return { status: 200, body: [audio.subarray(0, half), audio.subarray(half)] };
}

async function transcribe(request: CapturedRequest): Promise<StandInReply> {
  const { fields, files } = await parseMultipart(request);
  const value = (name: string) => fields.get(name)?.[0];
  const unknown = [...fields.keys()].find((name) => !transcriptionFields.includes(name));
  if (unknown !== undefined) return openaiError(400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter', unknown);
  const [file] = files;
  if (file?.name !== 'file' || files.length !== 1)
    return openaiError(400, "Missing required parameter: 'file'.", 'missing_required_parameter', 'file');
  if (!fileEndings.test(file.filename) || !isAudio(file.bytes)) return openaiError(400, 'Invalid file format.', null, 'file');
  if (file.bytes.length > 26_214_400) return openaiError(413, 'Maximum content size limit exceeded');
  const model = value('model') ?? '';
  if (!transcriptionModels.includes(model)) return openaiError(404, `The model '${model}' does not exist`, 'model_not_found', 'model');
  const format = value('response_format') ?? 'json';
  if (model !== 'whisper-1' && format !== 'json') {
    return openaiError(400, `response_format '${format}' is not compatible with model '${model}'.`, 'unsupported_value', 'response_format');
  }
  const language = value('language');
  if (language !== undefined && !whisperLanguages.includes(language))
    return openaiError(400, `Invalid language '${language}'.`, null, 'language');
  return {
    status: 200,
    headers: { 'content-type': 'application/json', 'x-request-id': 'req_0123456789' },
    body: JSON.stringify(transcript(model, format)),
  };
}

function transcript(model: string, format: string) {
  if (format !== 'verbose_json') {
    const usage =
      model === 'gpt-transcribe'
        ? { type: 'duration', seconds: 2 }
        : { type: 'tokens', input_tokens: 20, output_tokens: 6, total_tokens: 26 };
    return { text: SPOKEN_TEXT, ...(model === 'gpt-transcribe' ? { languages: [{ code: 'en' }] } : {}), usage };
  }
  const figures = { id: 0, seek: 0, tokens: [1], temperature: 0, avg_logprob: -0.1, compression_ratio: 1, no_speech_prob: 0 };
  const segments = [{ ...figures, start: 0.1, end: 1.9, text: ` ${SPOKEN_TEXT}` }];
  return { task: 'transcribe', language: 'english', duration: 2, text: SPOKEN_TEXT, segments, usage: { type: 'duration', seconds: 2 } };
}
