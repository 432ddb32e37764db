/** How much time a piece of work has left. Times are milliseconds. */
export class Deadline {
  private readonly end: number;

  constructor(milliseconds: number) {
    this.end = performance.now() + milliseconds;
  }

  get remaining(): number {
    return Math.max(0, this.end - performance.now());
  }
}
