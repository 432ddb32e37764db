import type { TranscriptSegment } from '@parlance/contracts';

/** Pieces of parts that are heard at the same time, handed on in order of time: a part's wait until all before it have ended. */
export class OrderedPieces {
  private readonly waiting: TranscriptSegment[][];
  private readonly ended: boolean[];
  private front = 0;

  constructor(
    parts: number,
    private readonly pass: (segment: TranscriptSegment) => void,
  ) {
    this.waiting = Array.from({ length: parts }, () => []);
    this.ended = Array.from({ length: parts }, () => false);
  }

  /** A part is heard from its beginning, also again: what was heard of it before and not handed on is forgotten. */
  begin(part: number): void {
    this.waiting[part] = [];
  }

  /** @param segment with times of the whole */
  add(part: number, segment: TranscriptSegment): void {
    if (part === this.front) this.pass(segment);
    else this.waiting[part]?.push(segment);
  }

  end(part: number): void {
    this.ended[part] = true;
    while (this.ended[this.front] === true) {
      this.front += 1;
      for (const segment of this.waiting[this.front] ?? []) this.pass(segment);
      this.waiting[this.front] = [];
    }
  }
}
