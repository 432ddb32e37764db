interface Entry {
  time: number;
  /** Of two at the same time the one that was asked for first comes first. */
  order: number;
  action: () => void;
}

/** What happens when, in milliseconds of simulated time: a heap of things to come. */
export class Clock {
  private time = 0;
  private order = 0;
  private readonly heap: Entry[] = [];

  get now(): number {
    return this.time;
  }

  /** @param milliseconds from now, at least 0 */
  after(milliseconds: number, action: () => void): void {
    this.push({ time: this.time + milliseconds, order: this.order++, action });
  }

  /** Lets everything happen until then, or until nothing is to come. */
  runUntil(end: number): void {
    for (let first = this.heap[0]; first !== undefined && first.time <= end; first = this.heap[0]) {
      this.pop();
      this.time = first.time;
      first.action();
    }
    this.time = end;
  }

  private push(entry: Entry): void {
    let index = this.heap.length;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(entry, this.heap[parent]!)) break;
      this.heap[index] = this.heap[parent]!;
      index = parent;
    }
    this.heap[index] = entry;
  }

  private pop(): void {
    const last = this.heap.pop()!;
    const { length } = this.heap;
    if (length === 0) return;
    let index = 0;
    for (let child = 1; child < length; child = 2 * index + 1) {
      if (child + 1 < length && isBefore(this.heap[child + 1]!, this.heap[child]!)) child += 1;
      if (!isBefore(this.heap[child]!, last)) break;
      this.heap[index] = this.heap[child]!;
      index = child;
    }
    this.heap[index] = last;
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.time < other.time || (one.time === other.time && one.order < other.order);
}
