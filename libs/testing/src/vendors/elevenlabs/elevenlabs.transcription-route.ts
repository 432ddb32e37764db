import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { parseMultipart, type CapturedRequest, type MultipartFile } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { ElevenlabsProblem, ElevenlabsRefusal, json } from './elevenlabs.errors.js';

const models = new Set(['scribe_v1', 'scribe_v2']);
/** Field -> what its values look like. */
const fieldShapes: Readonly<Record<string, RegExp>> = {
  model_id: /^./,
  language_code: /^[a-z]{2,3}$/,
  tag_audio_events: /^(?:true|false)$/,
  num_speakers: /^(?:[1-9]|[12]\d|3[0-2])$/,
  timestamps_granularity: /^(?:none|word|character)$/,
  diarize: /^(?:true|false)$/,
  file_format: /^(?:pcm_s16le_16|other)$/,
  temperature: /^(?:[01](?:\.\d+)?|2(?:\.0+)?)$/,
  seed: /^\d+$/,
  keyterms: /^[^<>{}[\]\\]{1,49}$/,
  no_verbatim: /^(?:true|false)$/,
};

/** `POST /v1/speech-to-text`. */
export async function transcribe(request: CapturedRequest): Promise<StandInReply> {
  const { fields, files } = await parseMultipart(request);
  for (const name of request.query.keys()) {
    if (name !== 'enable_logging') throw new ElevenlabsProblem(['query', name], 'Extra inputs are not permitted', 'extra_forbidden');
  }
  for (const [name, values] of fields) {
    const shape = fieldShapes[name];
    if (shape === undefined) throw new ElevenlabsProblem(['body', name], 'Extra inputs are not permitted', 'extra_forbidden');
    if (!values.every((value) => shape.test(value))) throw new ElevenlabsProblem(['body', name], 'Input should be valid');
  }
  const value = (name: string) => fields.get(name)?.[0];
  const model = value('model_id');
  if (model === undefined) throw new ElevenlabsProblem(['body', 'model_id'], 'Field required', 'missing');
  if (!models.has(model)) throw new ElevenlabsRefusal(400, 'invalid_model_id', `'${model}' is not a valid model_id.`);
  checkFile(files, value('file_format') ?? 'other');
  return json(200, transcript(value('timestamps_granularity') ?? 'word'));
}

function checkFile(files: readonly MultipartFile[], format: string): void {
  const [file] = files;
  if (file === undefined) throw new ElevenlabsRefusal(400, 'missing_file', 'Must provide either file or cloud_storage_url parameter.');
  if (files.length > 1 || file.name !== 'file') throw new ElevenlabsProblem(['body', file.name], 'Extra inputs are not permitted');
  const good =
    format === 'pcm_s16le_16' ? file.bytes.length > 0 && file.bytes.length % 2 === 0 && !isAudio(file.bytes) : isAudio(file.bytes);
  if (!good) throw new ElevenlabsRefusal(400, 'invalid_content', 'File upload is corrupted. Please ensure it is playable audio.');
}

function transcript(granularity: string): object {
  const spoken = SPOKEN_TEXT.split(' ');
  const step = 1.8 / spoken.length;
  const words = spoken.flatMap((text, index) => {
    const [start, end] = [0.1 + index * step, 0.1 + (index + 0.8) * step];
    const word = { text, start, end, type: 'word', logprob: -0.05, speaker_id: 'speaker_0' };
    const spacing = { text: ' ', start: end, end: start + step, type: 'spacing', logprob: 0, speaker_id: 'speaker_0' };
    return index === spoken.length - 1 ? [word] : [word, spacing];
  });
  return {
    language_code: 'eng',
    language_probability: 0.99,
    text: SPOKEN_TEXT,
    words: granularity === 'none' ? [] : words,
    transcription_id: 'stt_0123456789',
    audio_duration_secs: 2,
  };
}
