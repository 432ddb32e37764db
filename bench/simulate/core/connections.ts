/** Ends in a call, whatever has come of it. */
export type Call = (over: () => void) => void;

/** So many calls at a time; who comes later waits, first come first served. */
export class Connections {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  use(call: Call, over: () => void): void {
    if (this.free === 0) {
      this.waiting.push(() => this.use(call, over));
      return;
    }
    this.free -= 1;
    call(() => {
      this.free += 1;
      this.waiting.shift()?.();
      over();
    });
  }
}
