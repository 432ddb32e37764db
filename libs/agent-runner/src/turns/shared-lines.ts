import { createHash, randomUUID } from 'node:crypto';
import type { SharedRedis } from '@parlance/cache';
import { STAND_IN_LINE } from './line-script.js';

/** Raised whenever one version could not read what another has written: both may run side by side for a while. */
const PREFIX = 'parlance:turns:1';

/** What a process has in the line of one thread. */
export interface LineReport {
  /** All its turns, in order of arrival. */
  turns: readonly { ticket: string; id: string }[];
  /** The ticket of the one that has just come, and whether it cancels what is before it. */
  coming?: { ticket: string; cancels: boolean };
}

export interface LineAnswer {
  /** Whether it is the turn of this process. */
  first: boolean;
  /** Whether too many wait already: the one that comes does not stand in the line. */
  full: boolean;
  /** Tickets of this process that are cancelled, and by which turns. */
  cancelled: ReadonlyMap<string, string>;
}

/** The lines of threads as they lie in Redis, for one process. */
export class SharedLines {
  /** Of this process; another one after a restart. */
  private readonly process = randomUUID();

  constructor(
    private readonly redis: SharedRedis,
    private readonly settings: { leaseMilliseconds: number; maximumWaiting: number },
  ) {}

  get isConfigured(): boolean {
    return this.redis.isConfigured;
  }

  /** Where this process is told that something has changed; the messages are names of threads. */
  get inbox(): string {
    return `${PREFIX}:inbox:${this.process}`;
  }

  /** Of any form in, without any meaning out: what a caller names stays in the process. */
  static nameOf(thread: string): string {
    return createHash('sha256').update(thread, 'utf16le').digest('hex');
  }

  /** One round trip; never rejects. @returns `undefined` while Redis is away */
  async tell(name: string, { turns, coming }: LineReport): Promise<LineAnswer | undefined> {
    const { leaseMilliseconds, maximumWaiting } = this.settings;
    const key = `${PREFIX}:{${name}}`;
    const mine = JSON.stringify(turns.map(({ ticket, id }) => [ticket, encoded(id)]));
    const args = [this.process, leaseMilliseconds, maximumWaiting, `${PREFIX}:inbox:`, name, mine];
    const said = [coming?.ticket ?? '', coming?.cancels === true ? 1 : 0];
    const reply = await this.redis.attempt(key, (client) => client.eval(STAND_IN_LINE, 1, key, ...args, ...said));
    if (reply === undefined) return undefined;
    const [first, full, ...pairs] = reply.value as [number, number, ...string[]];
    const cancelled = new Map<string, string>();
    for (let index = 0; index < pairs.length; index += 2) cancelled.set(pairs[index]!, decoded(pairs[index + 1]!));
    return { first: first === 1, full: full === 1, cancelled };
  }
}

/** Redis's JSON refuses halves of characters, which a caller may send. */
function encoded(id: string): string {
  return Buffer.from(id, 'utf16le').toString('base64');
}

function decoded(text: string): string {
  return Buffer.from(text, 'base64').toString('utf16le');
}
