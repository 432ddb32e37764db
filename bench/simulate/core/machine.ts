import type { Clock } from './clock.js';
import { Random } from './random.js';

interface Task {
  /** Milliseconds of processor that are left. */
  left: number;
  done: () => void;
}

interface Core {
  /** Processes with something to do: all at a time, each with an equal share. */
  working: Set<Process>;
  idleSince: number;
}

/** Less than a nanosecond is nothing: sums of fractions are not exact. */
const NOTHING = 1e-6;

/**
 * Milliseconds for which a core is idle, in the mean, before it takes a process that waits for another core. Linux leaves
 * processes where their data is in the caches unless cores are idle for longer than that (`sched_migration_cost_ns`, by
 * default), by a mean that goes up and down.
 */
const IDLE_BEFORE_TAKING = 0.5;

/**
 * Cores that processes of one thread share. Each process does one task at a time, first come first served. One that gets
 * work begins on the core where it was, or on an idle one when that is busy; a core that becomes idle takes one that waits
 * for another, but not at once: a core may be idle while a process waits, which costs a load generator and two gateways on
 * two cores 7 % of their hits. (Slices of 3 ms in turn, as systems give them, in place of equal shares change throughput
 * by 1 % and the median by 2 % for three busy processes on two cores.)
 */
export class Machine {
  private readonly cores: readonly Core[];
  private readonly random = new Random(1);
  private processes = 0;
  private since = 0;
  private version = 0;

  /** @param limit cores that may be used at a time; of a fraction all get less when more of them are busy */
  constructor(
    private readonly clock: Clock,
    private readonly limit: number,
  ) {
    this.cores = Array.from({ length: Math.ceil(limit) }, () => ({ working: new Set<Process>(), idleSince: 0 }));
  }

  process(): Process {
    return new Process(this, this.cores[this.processes++ % this.cores.length]!);
  }

  /** A process that had nothing to do has a task now. */
  begin(process: Process): void {
    this.settle();
    if (process.core.working.size > 0) process.core = this.cores.find(({ working }) => working.size === 0) ?? process.core;
    process.core.working.add(process);
    this.plan();
  }

  /** Something is about to begin or to end: until now all went on as before. */
  private settle(): void {
    const elapsed = this.clock.now - this.since;
    this.since = this.clock.now;
    if (elapsed === 0) return;
    const { speed } = this;
    for (const { working } of this.cores) for (const process of working) process.progress((elapsed * speed) / working.size);
  }

  /** Looks ahead to the next end of a task; earlier outlooks are void. */
  private plan(): void {
    const { speed } = this;
    let next = Number.POSITIVE_INFINITY;
    for (const { working } of this.cores) {
      for (const { leftOfFirst } of working) next = Math.min(next, (leftOfFirst * working.size) / speed);
    }
    if (next === Number.POSITIVE_INFINITY) return;
    this.version += 1;
    const { version } = this;
    this.clock.after(Math.max(0, next), () => version === this.version && this.endTasks());
  }

  private get speed(): number {
    let busy = 0;
    for (const { working } of this.cores) if (working.size > 0) busy += 1;
    return Math.min(1, this.limit / busy);
  }

  private endTasks(): void {
    this.settle();
    const ended: Process[] = [];
    for (const { working } of this.cores) for (const process of working) if (process.leftOfFirst <= NOTHING) ended.push(process);
    const done = ended.map((process) => process.endFirst());
    for (const process of ended) if (!process.isWorking) this.end(process);
    this.plan();
    for (const tell of done) tell();
  }

  private end(process: Process): void {
    const { core } = process;
    core.working.delete(process);
    if (core.working.size > 0) return;
    const { now } = this.clock;
    core.idleSince = now;
    this.clock.after(this.random.exponential(IDLE_BEFORE_TAKING), () => {
      if (core.working.size === 0 && core.idleSince === now) this.take(core);
    });
  }

  private take(core: Core): void {
    const [busiest] = this.cores.toSorted((one, other) => other.working.size - one.working.size);
    if (busiest!.working.size < 2) return;
    this.settle();
    const last = [...busiest!.working].at(-1)!;
    busiest!.working.delete(last);
    last.core = core;
    core.working.add(last);
    this.plan();
  }
}

/** One thread. */
export class Process {
  private readonly tasks: Task[] = [];
  private first = 0;
  private total = 0;

  /** @param core where it is, or was when it had something to do */
  constructor(
    private readonly machine: Machine,
    public core: Core,
  ) {}

  /** @param milliseconds of processor */
  work(milliseconds: number, done: () => void): void {
    this.total += milliseconds;
    const wasWorking = this.isWorking;
    // What takes no time takes no core.
    if (milliseconds === 0 && !wasWorking) return done();
    this.tasks.push({ left: milliseconds, done });
    if (!wasWorking) this.machine.begin(this);
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
