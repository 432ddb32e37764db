import type { TranscriptSegment } from '@parlance/contracts';
import { sentencesOf } from '../sentences.js';
import type { Piece } from './pieces.js';
import type { TimeRange } from './speech-detector.js';

/** Characters of a caption: two full lines on a screen. */
const LONGEST_CAPTION = 84;
/** A border between captions moves to a pause that is at most so many seconds away. */
const SNAP = 0.6;

/**
 * Spreads the text of a piece over its speech: sentences get time by their length, and borders move to pauses close
 * by. The recogniser itself gives no times.
 */
export function captionsOf(piece: Piece, text: string): TranscriptSegment[] {
  const sentences = sentencesOf(text, LONGEST_CAPTION);
  const characters = sentences.reduce((sum, sentence) => sum + sentence.length, 0);
  const total = piece.speech.reduce((sum, { start, end }) => sum + end - start, 0);
  let spoken = 0;
  let start = piece.speech[0]?.start ?? piece.start;
  return sentences.map((sentence, index) => {
    spoken += sentence.length;
    const isLast = index === sentences.length - 1;
    const border = isLast ? lastEnd(piece) : borderAt(piece.speech, (total * spoken) / characters);
    const caption = { start: rounded(start), end: rounded(Math.max(start, border.end)), text: sentence };
    start = Math.max(caption.end, border.start);
    return caption;
  });
}

/** Where one caption ends and the next starts, after so many seconds of speech. */
function borderAt(speech: readonly TimeRange[], seconds: number): TimeRange {
  let before = 0;
  for (const [index, range] of speech.entries()) {
    const length = range.end - range.start;
    const following = speech[index + 1];
    const untilEnd = before + length - seconds;
    if (following !== undefined && Math.abs(untilEnd) <= SNAP) return { end: range.end, start: following.start };
    if (untilEnd >= 0) {
      const at = range.end - untilEnd;
      return { end: at, start: at };
    }
    before += length;
  }
  const at = speech.at(-1)?.end ?? 0;
  return { end: at, start: at };
}

function lastEnd(piece: Piece): TimeRange {
  const at = piece.speech.at(-1)?.end ?? piece.end;
  return { end: at, start: at };
}

/** To milliseconds, as captions are written. */
function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
