import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An answer that stands for a while: probes come every few seconds from everywhere, and whoever likes may ask. One that
 * is waited for is not asked for again.
 */
export class Fresh<Answer> {
  private known: { answer: Promise<Answer>; until: number } | undefined;
  private last: Answer | undefined;

  constructor(
    private readonly ask: () => Answer | Promise<Answer>,
    private readonly milliseconds: number,
  ) {}

  /** @throws what the question throws; that stands as long */
  async get(): Promise<Answer> {
    const { known } = this;
    if (known !== undefined && performance.now() < known.until) return known.answer;
    const fresh = { answer: (async () => this.ask())(), until: Number.POSITIVE_INFINITY };
    this.known = fresh;
    const settled = () => {
      fresh.until = performance.now() + this.milliseconds;
    };
    fresh.answer.then((answer) => {
      this.last = answer;
      settled();
    }, settled);
    return fresh.answer;
  }

  /**
   * The same, within so many milliseconds.
   * @returns where it takes longer the answer before; `undefined` where there was none
   */
  async within(milliseconds: number): Promise<Answer | undefined> {
    return Promise.race([this.get(), sleep(milliseconds, undefined, { ref: false }).then(() => this.last)]);
  }
}
