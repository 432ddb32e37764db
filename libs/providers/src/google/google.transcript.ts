import {
  joinTexts,
  type Transcript,
  type TranscriptionRequest,
  type TranscriptSegment,
  type TranscriptWord,
  type Warning,
} from '@parlance/contracts';
import { field, listField, numberField, textField } from '../http/json-fields.js';
import { languageOf } from '../http/transcript-body.js';

interface Piece {
  text: string;
  /** Seconds. */
  end: number | undefined;
  words: TranscriptWord[];
  confidence: number | undefined;
  language: string | undefined;
}

/** The transcript of v1's and v2's answers; no `results` at all is silence. */
export function toTranscript(body: unknown, { recording, language, temperature }: TranscriptionRequest, provider: string): Transcript {
  const pieces = listField(body, 'results')
    .map(toPiece)
    .filter(({ text }) => text !== '');
  const segments = toSegments(pieces);
  const words = pieces.flatMap((piece) => piece.words);
  const billed = seconds(field(body, 'totalBilledTime') ?? field(field(body, 'metadata'), 'totalBilledDuration'));
  const duration = recording.duration ?? segments.at(-1)?.end ?? billed ?? 0;
  const found = languageOf(pieces[0]?.language) ?? language;
  const confidences = pieces.flatMap(({ confidence }) => (confidence === undefined ? [] : [confidence]));
  return {
    text: joinTexts(pieces.map(({ text }) => text)),
    duration,
    ...(found === undefined ? {} : { language: found }),
    ...(segments.length === 0 ? {} : { segments }),
    ...(words.length === 0 ? {} : { words }),
    ...(confidences.length === 0 ? {} : { confidence: confidences.reduce((sum, one) => sum + one, 0) / confidences.length }),
    ...(billed === undefined ? {} : { usage: { seconds: billed } }),
    warnings: temperature === undefined ? [] : [withoutTemperature(provider)],
  };
}

function toPiece(result: unknown): Piece {
  const [best] = listField(result, 'alternatives');
  // Zero is proto's way to say that there is none.
  const confidence = numberField(best, 'confidence');
  return {
    text: (textField(best, 'transcript') ?? '').trim(),
    end: seconds(field(result, 'resultEndTime') ?? field(result, 'resultEndOffset')),
    words: listField(best, 'words').map(toWord),
    confidence: confidence === 0 ? undefined : confidence,
    language: textField(result, 'languageCode'),
  };
}

/** A time of zero is left out of the answer. */
function toWord(value: unknown): TranscriptWord {
  const start = seconds(field(value, 'startTime') ?? field(value, 'startOffset')) ?? 0;
  return { start, end: seconds(field(value, 'endTime') ?? field(value, 'endOffset')) ?? start, word: textField(value, 'word') ?? '' };
}

/** Each begins where its first word does, or where the one before it ended. */
function toSegments(pieces: readonly Piece[]): TranscriptSegment[] {
  const segments: TranscriptSegment[] = [];
  for (const { text, end, words } of pieces) {
    const before = segments.at(-1)?.end ?? 0;
    const start = words[0]?.start ?? before;
    segments.push({ start, end: end ?? words.at(-1)?.end ?? start, text });
  }
  return segments;
}

/** `"1.200s"`. */
function seconds(value: unknown): number | undefined {
  const digits = typeof value === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1] : undefined;
  return digits === undefined ? undefined : Number(digits);
}

function withoutTemperature(provider: string): Warning {
  return { code: 'unsupported_option', param: 'temperature', message: `${provider} has no 'temperature' setting: it was left out.` };
}
