import { randomUUID } from 'node:crypto';
import type { RedisClient } from '@parlance/cache';
import type { BreakerCause } from '../circuit-breaker.js';
import { keyOf, type UpstreamName } from '../upstream.js';
import type { ManualDecision } from '../upstreams.js';
import { CLAIM, CLOSE, DECIDE, OPEN, READ } from './breaker-scripts.js';

/** Raised whenever one version could not read what another has written: both may run side by side for a while. */
const BOARD = 'parlance:breakers:1';
const MARKER = 'marker';
/** A board that nobody reads any more. */
const KEEP_BOARD_MILLISECONDS = 86_400_000;
/** Who starts within this time after a breaker could have been tried learns that it was open. */
const KEEP_ENTRY_MILLISECONDS = 60_000;
const FOR_GOOD = -1;

/** What one process tells the others, as JSON. Times are how long, never when. */
export type BreakerMessage = { from: string } & (
  | { kind: 'open'; name: UpstreamName; cause: BreakerCause; milliseconds: number; repeats: number }
  | { kind: 'early'; name: UpstreamName }
  | { kind: 'trying'; name: UpstreamName; milliseconds: number }
  | { kind: 'closed'; name: UpstreamName; cause: BreakerCause }
  /** Milliseconds -1: for good. */
  | { kind: 'decision'; decision: ManualDecision }
);

export interface BoardEntry {
  /** The process that has opened it, or tries it; '' for what was decided by hand. */
  replica: string;
  /** How long it stays open; Infinity: for good. */
  milliseconds: number;
  message: BreakerMessage;
}

export interface Board {
  /** Another one after Redis has lost what was on the board. */
  marker: string;
  /** By the key of the upstream, or {@link holdKeyOf} of the provider. */
  entries: ReadonlyMap<string, BoardEntry>;
}

/** Breakers that are open anywhere, as they lie in Redis. Every method rejects while Redis is away. */
export class BreakerBoard {
  static readonly key = BOARD;
  static readonly channel = `${BOARD}:news`;

  constructor(
    private readonly redis: RedisClient,
    readonly replica: string,
  ) {}

  async open(name: UpstreamName, opened: { milliseconds: number; cause: BreakerCause; repeats: number }): Promise<void> {
    const message = this.text({ kind: 'open', name, ...opened });
    await this.run(OPEN, keyOf(name), this.replica, Math.round(opened.milliseconds), BreakerBoard.channel, message);
  }

  async close(name: UpstreamName, cause: BreakerCause): Promise<void> {
    await this.run(CLOSE, keyOf(name), BreakerBoard.channel, this.text({ kind: 'closed', name, cause }));
  }

  /** Something that costs nothing has found the provider alive: trials may begin. */
  async tryEarly(name: UpstreamName): Promise<void> {
    await this.redis.publish(BreakerBoard.channel, this.text({ kind: 'early', name }));
  }

  /** Takes, or keeps, the right to try it. @returns 0, or for how many milliseconds another process has it */
  async claim(name: UpstreamName, milliseconds: number): Promise<number> {
    const message = this.text({ kind: 'trying', name, milliseconds });
    return Number(await this.run(CLAIM, keyOf(name), this.replica, milliseconds, BreakerBoard.channel, message));
  }

  async decide({ provider, action, milliseconds }: ManualDecision): Promise<void> {
    const time = Number.isFinite(milliseconds) ? Math.round(milliseconds) : FOR_GOOD;
    const message = this.text({ kind: 'decision', decision: { provider, action, milliseconds: time } });
    await this.run(DECIDE, holdKeyOf(provider), provider, time, BreakerBoard.channel, message);
  }

  async read(): Promise<Board> {
    const reply = await this.run(READ, MARKER, randomUUID(), KEEP_ENTRY_MILLISECONDS, KEEP_BOARD_MILLISECONDS);
    const [marker, ...rows] = reply as [string, ...[string, string, number, string][]];
    const entries = rows.flatMap(([key, replica, milliseconds, text]): [string, BoardEntry][] => {
      const message = readMessage(text);
      return message === undefined ? [] : [[key, { replica, milliseconds: durationOf(milliseconds), message }]];
    });
    return { marker, entries: new Map(entries) };
  }

  private text(message: { [Kind in BreakerMessage as Kind['kind']]: Omit<Kind, 'from'> }[BreakerMessage['kind']]): string {
    return JSON.stringify({ from: this.replica, ...message });
  }

  private run(script: string, ...args: readonly (string | number)[]): Promise<unknown> {
    return this.redis.eval(script, 1, BreakerBoard.key, ...args);
  }
}

export function holdKeyOf(provider: string): string {
  return `hold:${provider}`;
}

/** Milliseconds as they go through JSON and Lua, which know no infinity. */
export function durationOf(milliseconds: number): number {
  return milliseconds === FOR_GOOD ? Number.POSITIVE_INFINITY : milliseconds;
}

/** `undefined` for what no process of this version has said. */
export function readMessage(text: string): BreakerMessage | undefined {
  try {
    const message = JSON.parse(text) as Heard | null;
    return message !== null && isMessage(message) ? (message as BreakerMessage) : undefined;
  } catch {
    return undefined;
  }
}

/** What comes from elsewhere, of which nothing is known. */
interface Heard {
  from?: unknown;
  kind?: unknown;
  name?: Partial<UpstreamName> | null;
  decision?: Partial<ManualDecision> | null;
}

function isMessage({ from, kind, name, decision }: Heard): boolean {
  if (typeof from !== 'string') return false;
  if (kind === 'decision') return typeof decision?.provider === 'string';
  const parts = [name?.provider, name?.model, name?.operation, name?.fingerprint];
  return ['open', 'early', 'trying', 'closed'].includes(String(kind)) && parts.every((part) => typeof part === 'string');
}
