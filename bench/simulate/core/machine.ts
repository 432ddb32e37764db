import type { Clock } from './clock.js';

interface Task {
  /** Milliseconds of processor that are left. */
  left: number;
  done: () => void;
}

/** Less than a nanosecond is nothing: sums of fractions are not exact. */
const NOTHING = 1e-6;

/**
 * Cores that processes of one thread share. Each process does one task at a time, first come first served. While more
 * of them have work than there are cores, each gets an equal share of them. (Slices of 3 ms in turn, as systems give
 * them, change throughput by 1 % and the median by 2 % for three busy processes on two cores, and need whole cores.)
 */
export class Machine {
  private readonly processes: Process[] = [];
  private since = 0;
  private version = 0;

  /** @param cores may be a fraction: what others leave of them */
  constructor(
    private readonly clock: Clock,
    private readonly cores: number,
  ) {}

  process(): Process {
    const process = new Process(this);
    this.processes.push(process);
    return process;
  }

  /** Something is about to begin or to end: until now all went on as before. */
  settle(): void {
    const elapsed = this.clock.now - this.since;
    this.since = this.clock.now;
    if (elapsed === 0) return;
    const { working, speed } = this;
    for (const process of working) process.progress(elapsed * speed);
  }

  /** Looks ahead to the next end of a task; earlier outlooks are void. */
  plan(): void {
    const { working, speed } = this;
    if (working.length === 0) return;
    this.version += 1;
    const { version } = this;
    const next = Math.min(...working.map(({ leftOfFirst }) => leftOfFirst)) / speed;
    this.clock.after(Math.max(0, next), () => version === this.version && this.endTasks());
  }

  private endTasks(): void {
    this.settle();
    const ended = this.working.filter(({ leftOfFirst }) => leftOfFirst <= NOTHING).map((process) => process.endFirst());
    this.plan();
    for (const done of ended) done();
  }

  private get working(): Process[] {
    return this.processes.filter(({ isWorking }) => isWorking);
  }

  private get speed(): number {
    return Math.min(1, this.cores / this.working.length);
  }
}

/** One thread. */
export class Process {
  private readonly tasks: Task[] = [];
  private first = 0;
  private total = 0;

  constructor(private readonly machine: Machine) {}

  /** @param milliseconds of processor */
  work(milliseconds: number, done: () => void): void {
    this.total += milliseconds;
    if (this.isWorking) {
      this.tasks.push({ left: milliseconds, done });
      return;
    }
    this.machine.settle();
    this.tasks.push({ left: milliseconds, done });
    this.machine.plan();
  }

  /** Milliseconds of processor that were asked of it. */
  get asked(): number {
    return this.total;
  }

  get isWorking(): boolean {
    return this.first < this.tasks.length;
  }

  get leftOfFirst(): number {
    return this.tasks[this.first]!.left;
  }

  progress(milliseconds: number): void {
    this.tasks[this.first]!.left -= milliseconds;
  }

  endFirst(): () => void {
    const { done } = this.tasks[this.first]!;
    this.first += 1;
    // A long queue is not moved up for each of its tasks.
    if (this.first > 1000 || this.first === this.tasks.length) {
      this.tasks.splice(0, this.first);
      this.first = 0;
    }
    return done;
  }
}
