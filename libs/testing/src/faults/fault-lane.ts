import type { Socket } from 'node:net';
import type { FaultMode, LaneState, Verdict } from './fault-mode.js';

/** Bytes that may wait before no more are read. */
const MOST_WAITING = 65_536;
/** The longest a timer can be set for. */
const LONGEST_WAIT = 2 ** 31 - 1;

/** Bytes as they came, or the end, which waits its turn like them. */
interface Waiting {
  bytes: Uint8Array | 'end';
  cameAt: number;
}

export interface LaneOptions {
  from: Socket;
  to: Socket;
  mode: FaultMode;
  judge: (mode: FaultMode, state: LaneState) => Verdict;
  /** The bytes as they go on in this mode. */
  change: (mode: FaultMode, bytes: Uint8Array) => Uint8Array;
  /** What went on before has left. */
  cut: () => void;
}

/** One direction of a connection. Reads no more than it can pass on. */
export class FaultLane {
  private readonly waiting: Waiting[] = [];
  private waitingBytes = 0;
  private passed = 0;
  private freeAt = 0;
  private mode: FaultMode;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: LaneOptions) {
    this.mode = options.mode;
    options.from.on('data', (bytes: Buffer) => this.take(bytes));
    options.from.once('end', () => this.take('end'));
  }

  /** Holds for what waits, too. */
  setMode(mode: FaultMode): void {
    this.mode = mode;
    this.passed = 0;
    this.freeAt = 0;
    this.run();
  }

  /** Drops what waits. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    this.waiting.length = 0;
  }

  private take(bytes: Waiting['bytes']): void {
    this.waiting.push({ bytes, cameAt: performance.now() });
    if (bytes !== 'end') this.waitingBytes += bytes.length;
    if (this.waitingBytes >= MOST_WAITING) this.options.from.pause();
    this.run();
  }

  /** Passes on what may go; called again when something changes. */
  private run(): void {
    clearTimeout(this.timer);
    const { from, to, cut } = this.options;
    for (let [first] = this.waiting; first !== undefined && !this.stopped && !to.writableNeedDrain; [first] = this.waiting) {
      const verdict = this.judge(first.cameAt);
      if (verdict === 'cut') {
        if (to.writableLength === 0) cut();
        return;
      }
      if ('wait' in verdict) {
        if (verdict.wait < Infinity) this.timer = setTimeout(() => this.run(), Math.min(Math.ceil(verdict.wait), LONGEST_WAIT));
        return;
      }
      this.pass(first, verdict.go);
    }
    if (this.waitingBytes < MOST_WAITING && !this.stopped) from.resume();
  }

  private pass(first: Waiting, most: number): void {
    const { to, change } = this.options;
    if (first.bytes === 'end') {
      this.waiting.shift();
      to.end();
      return;
    }
    const bytes = first.bytes.subarray(0, most);
    first.bytes = first.bytes.subarray(bytes.length);
    if (first.bytes.length === 0) this.waiting.shift();
    this.waitingBytes -= bytes.length;
    this.passed += bytes.length;
    if (this.mode.kind === 'throttle') this.freeAt = performance.now() + (bytes.length / this.mode.bytesPerSecond) * 1000;
    to.write(change(this.mode, bytes), () => this.written());
  }

  /** Who has had the last byte that may pass is cut at once, not when the next one comes. */
  private written(): void {
    const { to, cut } = this.options;
    const isSpent = this.passed > 0 && to.writableLength === 0 && this.judge(performance.now()) === 'cut';
    if (isSpent && !this.stopped) cut();
    else this.run();
  }

  private judge(cameAt: number): Verdict {
    const { freeAt, passed } = this;
    return this.options.judge(this.mode, { now: performance.now(), cameAt, freeAt, passed });
  }
}
