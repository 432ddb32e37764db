/** Those who hold something that is shared: the last who lets go ends it. */
export class Holders {
  private count = 0;

  /** @param over called when nobody holds it any more */
  constructor(private readonly over: () => void) {}

  /** @returns to be called once it is not needed; more calls do nothing */
  hold(): () => void {
    this.count += 1;
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.count -= 1;
      if (this.count === 0) this.over();
    };
  }
}
