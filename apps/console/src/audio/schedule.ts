/** How long before it is heard the first piece is given, so that the next one is there in time. */
const LEAD_SECONDS = 0.15;

interface Placed {
  /** On the clock of the output. */
  start: number;
  /** In the audio. */
  from: number;
  seconds: number;
}

/** When pieces of audio that come one after the other are to be heard, so that each begins where the one before ends. */
export class Schedule {
  private readonly pieces: Placed[] = [];

  /**
   * @param now on the clock of the output, in seconds
   * @param seconds how long the piece is
   * @returns when it begins: at once where it came too late, which leaves a gap before it
   */
  place(now: number, seconds: number): number {
    const last = this.pieces.at(-1);
    const end = last === undefined ? 0 : last.start + last.seconds;
    const start = last === undefined || end < now ? now + LEAD_SECONDS : end;
    this.pieces.push({ start, from: this.seconds, seconds });
    return start;
  }

  /** Of audio so far. */
  get seconds(): number {
    const last = this.pieces.at(-1);
    return last === undefined ? 0 : last.from + last.seconds;
  }

  /** What is heard at a time on the clock of the output, in seconds of the audio; in a gap, what comes after it. */
  position(now: number): number {
    for (const { start, from, seconds } of this.pieces) {
      if (now < start + seconds) return from + Math.max(0, now - start);
    }
    return this.seconds;
  }

  /** Whether everything that was placed has been heard. */
  isOver(now: number): boolean {
    const last = this.pieces.at(-1);
    return last === undefined || now >= last.start + last.seconds;
  }
}
