import type { RedisClient, RedisConnections, SharedRedis } from '@parlance/cache';
import { throwIfAborted } from '@parlance/contracts';
import type { Place } from './place.js';
import { SharedLines } from './shared-lines.js';
import { ThreadLine, type LineSettings, type TurnRequest } from './thread-line.js';

export interface ThreadOrderOptions {
  /** How many turns may wait in one thread beside the one that runs; default 32. */
  maximumWaiting?: number;
  /** After how long without a sign of life a process loses its places, in milliseconds; default 5000. */
  leaseMilliseconds?: number;
  /** How often a process that waits for another one asks for its turn, in milliseconds; default 100. */
  lookMilliseconds?: number;
}

/** A process that was cancelled and was not told, since a message got lost, learns it within this time. */
const LONGEST_RENEWAL_MILLISECONDS = 1000;

/**
 * Turns of one thread run one after the other in order of arrival, over all processes that share a Redis; threads run in
 * parallel. Without Redis, and while it is away, the order holds within this process.
 */
export class ThreadOrder {
  private readonly lines = new Map<string, ThreadLine>();
  private readonly shared: SharedLines;
  private readonly settings: LineSettings;
  private subscriber: RedisClient | undefined;
  private tickets = 0;

  constructor(
    redis: SharedRedis,
    private readonly connections: RedisConnections,
    { maximumWaiting = 32, leaseMilliseconds = 5000, lookMilliseconds = 100 }: ThreadOrderOptions = {},
  ) {
    this.shared = new SharedLines(redis, { leaseMilliseconds, maximumWaiting });
    const renewMilliseconds = Math.min(leaseMilliseconds / 3, LONGEST_RENEWAL_MILLISECONDS);
    this.settings = { maximumWaiting, lookMilliseconds, renewMilliseconds };
  }

  /** Threads with a turn that runs or waits here. */
  get size(): number {
    return this.lines.size;
  }

  /**
   * Resolves when the turn may run. Whoever got a place leaves it, however the turn ends.
   * @param thread of any form; only its hash leaves the process
   * @param signal of the caller: gives up waiting; a turn that runs already keeps its place until it leaves
   * @returns a place whose `cancelledBy` is set when a newer turn has cancelled this one while it waited: it must not run, but has to leave
   * @throws ParlanceError `rate` (`too_many_turns`), `unavailable` (the service stops); AbortedError
   */
  async enter(thread: string, turn: TurnRequest, signal: AbortSignal): Promise<Place> {
    throwIfAborted(signal);
    this.listen();
    const name = SharedLines.nameOf(thread);
    this.tickets += 1;
    return this.lineOf(name).enter(String(this.tickets), turn, signal);
  }

  /** Turns that wait are refused, those that run go on. */
  close(): void {
    this.subscriber?.off('message', this.hear);
    this.subscriber?.unsubscribe(this.shared.inbox).catch(() => undefined);
    for (const line of this.lines.values()) line.close();
  }

  private lineOf(name: string): ThreadLine {
    let line = this.lines.get(name);
    if (line === undefined) {
      line = new ThreadLine(name, this.shared, this.settings, () => this.lines.delete(name));
      this.lines.set(name, line);
    }
    return line;
  }

  private listen(): void {
    if (this.subscriber !== undefined || this.connections.subscriber === undefined) return;
    this.subscriber = this.connections.subscriber;
    this.subscriber.on('message', this.hear);
    this.subscriber.subscribe(this.shared.inbox).then(
      // Something may have been missed until now.
      () => this.lines.forEach((line) => line.look()),
      () => undefined,
    );
  }

  private readonly hear = (channel: string, name: string): void => {
    if (channel === this.shared.inbox) this.lines.get(name)?.look();
  };
}
