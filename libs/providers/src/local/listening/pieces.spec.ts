import * as fastCheck from 'fast-check';
import { LONGEST_PIECE, piecesOf, type Detect, type Piece } from './pieces.js';
import type { TimeRange } from './speech-detector.js';

const RATE = 16_000;

/** A recording that is nothing but its times: each sample says which second it is of, and whether there is speech. */
function recording(seconds: number, speech: readonly TimeRange[]): { samples: Int16Array; detect: Detect } {
  const samples = new Int16Array(Math.round(seconds * RATE));
  for (const { start, end } of speech) samples.fill(1000, Math.round(start * RATE), Math.round(end * RATE));
  const detect: Detect = async (part) => {
    const found: TimeRange[] = [];
    let start: number | undefined;
    for (let index = 0; index <= part.length; index += 160) {
      const speaks = (part[index] ?? 0) !== 0;
      if (speaks && start === undefined) start = index / RATE;
      if (!speaks && start !== undefined) {
        found.push({ start, end: Math.min(index, part.length) / RATE });
        start = undefined;
      }
    }
    if (start !== undefined) found.push({ start, end: part.length / RATE });
    return found;
  };
  return { samples, detect };
}

async function cut(seconds: number, speech: readonly TimeRange[]): Promise<Piece[]> {
  const { samples, detect } = recording(seconds, speech);
  const pieces: Piece[] = [];
  for await (const piece of piecesOf(samples, detect)) pieces.push(piece);
  return pieces;
}

describe('piecesOf', () => {
  it('makes one piece of a short recording, from its first speech to its last', async () => {
    const speech = [
      { start: 1, end: 2 },
      { start: 10, end: 12 },
    ];
    expect(await cut(20, speech)).toEqual([{ start: 0.9, end: 12.3, speech }]);
  });

  it.each([
    [5, []],
    [5, [{ start: 1, end: 1.1 }]],
    [100, []],
    [0, []],
  ])('finds nothing in %p s with speech at %j', async (seconds, speech) => {
    expect(await cut(seconds, speech)).toEqual([]);
  });

  it('cuts a long one at pauses and skips what is long', async () => {
    const pieces = await cut(80, [
      { start: 2, end: 12 },
      { start: 13, end: 24 },
      { start: 24.5, end: 35 },
      { start: 60, end: 70 },
    ]);
    expect(pieces.map(({ start, end }) => [start, end])).toEqual([
      [1.9, 24.25],
      [24.4, 35.3],
      [59.9, 70.3],
    ]);
    expect(pieces[0]?.speech).toHaveLength(2);
  });

  it('cuts speech without pauses, losing none of it', async () => {
    const pieces = await cut(100, [{ start: 0, end: 100 }]);
    expect(pieces.length).toBeGreaterThanOrEqual(4);
    expect(pieces[0]?.start).toBe(0);
    for (const [index, piece] of pieces.entries()) expect(piece.end).toBe(pieces[index + 1]?.start ?? 100);
  });

  it('covers all speech in order, in pieces of the right length, whatever the recording', async () => {
    const part = fastCheck.record({ pause: fastCheck.integer({ min: 3, max: 80 }), speech: fastCheck.integer({ min: 5, max: 400 }) });
    await fastCheck.assert(
      fastCheck.asyncProperty(fastCheck.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        let time = 0;
        const speech = parts.map(({ pause, speech: length }) => {
          const start = time + pause / 10;
          time = start + length / 10;
          return { start, end: time };
        });
        const pieces = await cut(time + 1, speech);
        let end = 0;
        for (const piece of pieces) {
          expect(piece.start).toBeGreaterThanOrEqual(end - 0.001);
          expect(piece.end - piece.start).toBeLessThanOrEqual(LONGEST_PIECE + 0.001);
          end = piece.end;
        }
        for (const range of speech) {
          const heard = pieces.reduce(
            (sum, piece) => sum + Math.max(0, Math.min(piece.end, range.end) - Math.max(piece.start, range.start)),
            0,
          );
          expect(range.end - range.start - heard).toBeLessThan(0.05);
        }
      }),
      { numRuns: 60 },
    );
  });
});
