import type { ParlanceError } from '@parlance/contracts';
import type { RedisClient } from '../../redis/redis-connection.js';
import { failuresOf } from '../../redis/redis-error.js';
import type { FlightSettings } from './flight-settings.js';
import { JOIN, LEAVE, READ, WRITE } from './flight-scripts.js';

/** Raised whenever one version could not read what another has written: both may run side by side for a while. */
const VERSION = 1;
/** Entries that are read at a time. */
const READ_ENTRIES = 64;

/** One leader's turn at one piece of work. */
export interface FlightName {
  key: string;
  /** Of its leader: the process, a colon, and a number. */
  token: string;
}

/** What a leader has to say; without entries that it is still there. */
export interface FlightWriting {
  entries?: readonly Uint8Array[];
  /** The number of the first of them; those of a flight are numbered from 1. */
  first?: number;
  /** Entries before this number are forgotten; absent: none. */
  forgetBefore?: number;
  /** Whether others may join it from now on. */
  joinable: boolean;
  /** Whether these entries are the last. */
  ended?: boolean;
}

export interface FlightReading {
  /** Whether its leader has given a sign of life within the lease, and has not ended. */
  alive: boolean;
  entries: { number: number; bytes: Uint8Array }[];
}

/**
 * Flights as they lie in Redis. All keys of one piece of work have its key as their hash tag. Every method rejects
 * with `unavailable` while Redis is away.
 */
export class FlightStore {
  private readonly toError: (error: unknown) => ParlanceError;

  constructor(
    private readonly redis: RedisClient,
    private readonly settings: FlightSettings,
  ) {
    this.toError = failuresOf(redis);
  }

  /** Where a process is told which of its flights are followed; the messages are tokens. */
  static inboxOf(processId: string): string {
    return `parlance:flights:${processId}`;
  }

  /** Where followers are told that there is something to read. */
  static channelOf({ key, token }: FlightName): string {
    return `parlance:flights:${key}:${token}`;
  }

  /** @returns the token of the leader: the one given where nobody else leads */
  async join(name: FlightName): Promise<string> {
    const { lead, alive, wanted } = keysOf(name);
    const { leaseMilliseconds, interestMilliseconds } = this.settings;
    const args = [name.token, leaseMilliseconds, interestMilliseconds, FlightStore.inboxOf('')];
    return String(await this.run(JOIN, [lead, alive, wanted], args));
  }

  /** The leader's part. @returns whether somebody follows */
  async write(name: FlightName, writing: FlightWriting): Promise<boolean> {
    const { lead, alive, log, wanted } = keysOf(name);
    const { leaseMilliseconds, keepMilliseconds } = this.settings;
    const { entries = [], first = 1, forgetBefore = 0, joinable, ended = false } = writing;
    const flags = [joinable ? 1 : 0, ended ? 1 : 0];
    const args = [name.token, leaseMilliseconds, keepMilliseconds, FlightStore.channelOf(name), ...flags, forgetBefore, first];
    return Number(await this.run(WRITE, [lead, alive, log, wanted], [...args, ...entries.map((entry) => Buffer.from(entry))])) === 1;
  }

  /**
   * The leader ends without a word.
   * @param force also when somebody follows, who will have to begin anew
   * @returns whether it has not been done, since somebody follows
   */
  async leave(name: FlightName, force = false): Promise<boolean> {
    const { lead, alive, log, wanted } = keysOf(name);
    const args = [name.token, FlightStore.channelOf(name), force ? 1 : 0];
    return Number(await this.run(LEAVE, [lead, alive, log, wanted], args)) === 1;
  }

  /** The follower's part: what came after that number. It is a sign of life, too. */
  async read(name: FlightName, after: number): Promise<FlightReading> {
    const { alive, log, wanted } = keysOf(name);
    const { interestMilliseconds, keepMilliseconds } = this.settings;
    const reply = await this.run(READ, [alive, log, wanted], [after, READ_ENTRIES, interestMilliseconds, keepMilliseconds]);
    const [isAlive, entries] = reply as [number, [Buffer, [Buffer, Buffer]][]];
    return {
      alive: isAlive === 1,
      entries: entries.map(([id, [, bytes]]) => ({ number: Number.parseInt(id.toString(), 10), bytes })),
    };
  }

  /** A sign of life of a follower that has enough to read. */
  async touch(name: FlightName): Promise<void> {
    await this.read(name, Number.MAX_SAFE_INTEGER);
  }

  private async run(script: string, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown> {
    try {
      return await this.redis.callBuffer('EVAL', script, keys.length, ...keys, ...args);
    } catch (error) {
      throw this.toError(error);
    }
  }
}

function keysOf({ key, token }: FlightName) {
  const lead = `parlance:flight:${VERSION}:{${key}}`;
  return { lead, wanted: `${lead}:wanted`, alive: `${lead}:alive:${token}`, log: `${lead}:log:${token}` };
}
