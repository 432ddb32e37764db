import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT } from '../audio/spoken-audio.js';
import { parseMultipart, type CapturedRequest, type MultipartFile } from '../captured-request.js';
import type { StandInReply } from '../fault.js';
import { CartesiaRefusal, invalid } from './cartesia.errors.js';

const fieldNames = ['model', 'language', 'timestamp_granularities[]'];
const queryNames = ['encoding', 'sample_rate'];
const endings = /\.(?:flac|m4a|mp3|mp4|mpeg|mpga|oga|ogg|wav|webm)$/;

/** `POST /stt`. */
export async function transcribe(request: CapturedRequest): Promise<StandInReply> {
  const { query } = request;
  const { fields, files } = await parseMultipart(request);
  const unknown =
    [...fields.keys()].find((name) => !fieldNames.includes(name)) ?? [...query.keys()].find((name) => !queryNames.includes(name));
  if (unknown !== undefined) throw invalid(`Unknown field '${unknown}'.`);
  const value = (name: string) => fields.get(name)?.[0];
  const model = value('model');
  if (model === undefined) throw invalid("'model' is required.");
  if (!/^ink-whisper(?:-\d{4}-\d{2}-\d{2})?$/.test(model)) {
    throw new CartesiaRefusal(404, 'model_not_found', 'Model not found', 'There is no such model.');
  }
  const language = value('language') ?? 'en';
  if (!/^[a-z]{2,3}$/.test(language)) throw invalid("'language' must be an ISO 639-1 code.");
  const granularities = fields.get('timestamp_granularities[]') ?? [];
  if (!granularities.every((granularity) => granularity === 'word')) throw invalid("'timestamp_granularities[]' may be 'word'.");
  checkFile(files, query);
  const timed = granularities.length > 0 ? { words: words() } : {};
  const body = { type: 'transcript', text: SPOKEN_TEXT, language, duration: 2, is_final: true, request_id: '550e8400', ...timed };
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** A file of a known kind, or samples whose encoding and rate the query tells. */
function checkFile(files: readonly MultipartFile[], query: URLSearchParams): void {
  const [file] = files;
  if (file?.name !== 'file' || files.length !== 1) throw invalid("'file' is required.");
  const [encoding, rate] = [query.get('encoding'), query.get('sample_rate')];
  if (encoding === null && rate === null) {
    if (!endings.test(file.filename) || !isAudio(file.bytes)) throw invalid("'file' is no audio file of a supported format.");
    return;
  }
  if (encoding !== 'pcm_s16le' || !/^\d{4,5}$/.test(rate ?? '')) throw invalid("'encoding' and 'sample_rate' are not valid.");
  if (file.bytes.length === 0 || file.bytes.length % 2 !== 0 || isAudio(file.bytes)) throw invalid("'file' holds no bare samples.");
}

function words(): object[] {
  const spoken = SPOKEN_TEXT.split(' ');
  const step = 1.8 / spoken.length;
  return spoken.map((word, index) => ({ word, start: 0.1 + index * step, end: 0.1 + (index + 0.8) * step }));
}
