import { setTimeout as sleep } from 'node:timers/promises';
import { AbortedError } from '@parlance/contracts';
import { LRUCache } from 'lru-cache';
import type { InboxStore } from './inbox-store.js';

export interface PartClaimsOptions {
  /**
   * A process that lives gives back within this time what it has claimed and not sent: before that nobody takes it for
   * sent. Default 5000.
   */
  claimedMilliseconds?: number;
  /** How often giving back is tried while the inbox is away; default 500. */
  giveBackMilliseconds?: number;
}

const MOST_UNSURE = 10_000;

/** The inbox cannot be reached: that is no fault of a message, which stays where it is. */
export class InboxAwayError extends Error {
  override readonly name = 'InboxAwayError';
}

/** Has each part of an answer sent by one process, once. */
export class PartClaims {
  /**
   * Claims that may lie in the inbox although this process has sent nothing and will not: the inbox fell silent when they
   * were made or given back. They are given back when it is there again, since another process may have the message then.
   */
  private readonly unsure = new LRUCache<string, true>({ max: MOST_UNSURE });

  /** @param leaving fires when the process ends */
  constructor(
    private readonly store: InboxStore,
    private readonly owner: string,
    private readonly leaving: AbortSignal,
    private readonly options: PartClaimsOptions = {},
  ) {}

  /**
   * @returns whether this process is to send it; else it was, or may have been, sent before
   * @throws InboxAwayError; AbortedError
   */
  async claim(chat: string, name: string, signal: AbortSignal): Promise<boolean> {
    const claimed = await this.tryToClaim(chat, name);
    if (claimed !== 'other') return claimed === 'mine';
    // Its owner has died over it, has sent it and could not say so, or is about to give it back.
    await sleep(this.options.claimedMilliseconds ?? 5000, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) throw new AbortedError();
    return (await this.tryToClaim(chat, name)) === 'mine';
  }

  /** It was certainly not sent. @throws InboxAwayError */
  async giveBack(chat: string, name: string): Promise<void> {
    try {
      await this.store.unclaim(chat, name, this.owner);
    } catch (error) {
      this.giveBackLater(chat, name);
      away(error);
    }
  }

  private async tryToClaim(chat: string, name: string): Promise<'mine' | 'sent' | 'other'> {
    try {
      const claimed = await this.store.claim(chat, name, this.owner);
      const wasUnsure = this.unsure.delete(keyOf(chat, name));
      if (claimed === 'own') return wasUnsure ? 'mine' : 'sent';
      return claimed === 'first' ? 'mine' : 'other';
    } catch (error) {
      this.giveBackLater(chat, name);
      return away(error);
    }
  }

  private giveBackLater(chat: string, name: string): void {
    const key = keyOf(chat, name);
    if (this.unsure.has(key)) return;
    this.unsure.set(key, true);
    void this.keepGivingBack(chat, name, key);
  }

  private async keepGivingBack(chat: string, name: string, key: string): Promise<void> {
    while (this.unsure.has(key) && !this.leaving.aborted) {
      await sleep(this.options.giveBackMilliseconds ?? 500, undefined, { ref: false });
      try {
        if (this.unsure.has(key)) await this.store.unclaim(chat, name, this.owner);
        this.unsure.delete(key);
      } catch {
        // It is away still.
      }
    }
  }
}

function keyOf(chat: string, name: string): string {
  return JSON.stringify([chat, name]);
}

function away(cause: unknown): never {
  throw new InboxAwayError('The inbox cannot be reached.', { cause });
}
