import type { TimeRange } from './speech-detector.js';

const SAMPLE_RATE = 16_000;
/** Seconds a recogniser may be given at once: it loops or forgets above about 30. */
export const LONGEST_PIECE = 25;
/** Seconds looked at to find the next piece. */
const STRETCH = 30;
/** Speech after a pause longer than this begins a new piece, where the old one has something in it already. */
const LONGEST_PAUSE = 3;
/**
 * Seconds kept before and after speech. The detector is a little late and leaves a little early; but a recogniser
 * that is given much silence first hears nothing at all: with half a second before short sentences it missed one in
 * four whole, with a tenth none.
 */
const LEAD = 0.1;
const TRAIL = 0.3;
/** Seconds at the end of a stretch in which a word may be beginning. */
const MARGIN = 0.3;
/** Less speech than this in all is none: recognisers make words up for fragments. A spoken "no" is longer. */
const LEAST_SPEECH = 0.2;
/** A piece without any pause is cut at the quietest moment in its last seconds. */
const CUT_SEARCH = 6;

/** A part of a recording for the recogniser; times are seconds of the recording. */
export interface Piece extends TimeRange {
  /** Where the speech in it is. */
  speech: readonly TimeRange[];
}

export type Detect = (samples: Int16Array) => Promise<readonly TimeRange[]>;

/**
 * Cuts a recording into pieces of at most {@link LONGEST_PIECE} seconds, at pauses where there are any, and leaves
 * out what is not speech. A short recording is one piece from its first speech to its last: in between, the detector
 * may miss words that the recogniser hears.
 */
export async function* piecesOf(samples: Int16Array, detect: Detect): AsyncGenerator<Piece> {
  const duration = samples.length / SAMPLE_RATE;
  if (duration <= LONGEST_PIECE) {
    const speech = await detect(samples);
    const [first, last] = [speech[0], speech.at(-1)];
    if (first === undefined || last === undefined || secondsOf(speech) < LEAST_SPEECH) return;
    yield { start: Math.max(0, first.start - LEAD), end: Math.min(duration, last.end + TRAIL), speech };
    return;
  }
  let position = 0;
  while (position < duration) {
    const stretchEnd = Math.min(duration, position + STRETCH);
    const offset = position;
    const found = await detect(samples.subarray(offset * SAMPLE_RATE, stretchEnd * SAMPLE_RATE));
    const speech = found.map(({ start, end }) => ({ start: start + offset, end: end + offset }));
    const { piece, next } = firstPiece(samples, speech, { start: position, end: stretchEnd }, stretchEnd === duration);
    if (piece !== undefined && secondsOf(piece.speech) >= LEAST_SPEECH) yield piece;
    position = next;
  }
}

/** The first piece of a stretch, and where to go on. Speech that reaches the end of the stretch may go on behind it. */
function firstPiece(
  samples: Int16Array,
  speech: readonly TimeRange[],
  stretch: TimeRange,
  isLast: boolean,
): { piece?: Piece; next: number } {
  const [first] = speech;
  if (first === undefined) return { next: isLast ? stretch.end : stretch.end - MARGIN };
  const start = Math.max(stretch.start, first.start - LEAD);
  const taken: TimeRange[] = [];
  for (const range of speech) {
    const before = taken.at(-1);
    if (range.end + TRAIL - start > LONGEST_PIECE) break;
    if (before !== undefined && range.start - before.end > LONGEST_PAUSE) break;
    if (!isLast && range.end > stretch.end - MARGIN) break;
    taken.push(range);
  }
  const last = taken.at(-1);
  // Speech that begins late in the stretch is looked at again from its beginning.
  if (last === undefined && !isLast && first.start - stretch.start > 2 * MARGIN) return { next: start };
  if (last === undefined) {
    const end = quietestMoment(samples, start, Math.min(stretch.end, start + LONGEST_PIECE));
    return { piece: { start, end, speech: [{ start: first.start, end }] }, next: end };
  }
  const following = speech[taken.length]?.start ?? stretch.end;
  const end = Math.min(stretch.end, last.end + Math.min(TRAIL, (following - last.end) / 2));
  // Nothing was found behind the last range: go on behind the stretch, but not into a word that is just beginning.
  const next = taken.length < speech.length ? end : isLast ? stretch.end : Math.max(end, stretch.end - MARGIN);
  return { piece: { start, end, speech: taken }, next };
}

/** Where the least is heard for a tenth of a second, in the last seconds before `end`. */
function quietestMoment(samples: Int16Array, start: number, end: number): number {
  const frame = SAMPLE_RATE / 10;
  const first = Math.floor(Math.max(start + 1, end - CUT_SEARCH) * SAMPLE_RATE);
  let quietest = Math.floor(end * SAMPLE_RATE);
  let least = Number.POSITIVE_INFINITY;
  for (let at = first; at + frame <= end * SAMPLE_RATE; at += frame / 2) {
    let energy = 0;
    for (const sample of samples.subarray(at, at + frame)) energy += sample * sample;
    if (energy >= least) continue;
    least = energy;
    quietest = at + frame / 2;
  }
  return quietest / SAMPLE_RATE;
}

/** How much of a recording they are. */
export function secondsOf(ranges: readonly TimeRange[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}
