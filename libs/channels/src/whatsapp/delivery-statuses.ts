import { Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

/** In the order of how far a message has come. One that was delivered after all has not failed. */
export const DELIVERY_STATES = ['sent', 'failed', 'delivered', 'read', 'played'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** What the platform tells about a message that was sent. */
export interface DeliveryStatus {
  /** As `send` named it. */
  id: string;
  state: DeliveryState;
  /** ISO 8601, UTC. */
  at: string;
  /** The platform's, of a failure. */
  errorCode?: number;
  /** Of the message that it answers, where it is speech. */
  answered?: string;
}

interface Known {
  state: DeliveryState;
  errorCode: number | undefined;
  told: Set<DeliveryState>;
}

export interface DeliveryStatusesOptions {
  /** Messages that are remembered; the oldest ones give way. Default 10 000. */
  maximumMessages?: number;
  /** Told once of each state of each message. */
  onNews?: (state: DeliveryState) => void;
}

/**
 * How far messages have come, in the memory of this process only: another process, or this one after a restart, knows
 * nothing of them. Statuses come in any order, and more than once: what a message has reached is never taken back.
 */
export class DeliveryStatuses {
  private readonly logger = new Logger('WhatsApp');
  private readonly known: LRUCache<string, Known>;
  private readonly counted: Record<DeliveryState, number> = { sent: 0, failed: 0, delivered: 0, read: 0, played: 0 };

  private readonly onNews: (state: DeliveryState) => void;

  constructor({ maximumMessages = 10_000, onNews = () => undefined }: DeliveryStatusesOptions = {}) {
    this.onNews = onNews;
    this.known = new LRUCache({ max: maximumMessages });
  }

  /** @returns whether the message has come further by it */
  record({ id, state, errorCode }: DeliveryStatus): boolean {
    const known: Known = this.known.get(id) ?? { state, errorCode: undefined, told: new Set() };
    const isFirst = known.told.size === 0;
    const isNews = !known.told.has(state);
    known.told.add(state);
    known.errorCode ??= errorCode;
    const isFurther = isFirst || rank(state) > rank(known.state);
    if (isFurther) known.state = state;
    this.known.set(id, known);
    if (isNews) {
      this.counted[state] += 1;
      this.onNews(state);
    }
    if (isNews && state === 'failed') this.logger.warn(`A message could not be delivered (code ${errorCode ?? 'unknown'}).`);
    return isFurther;
  }

  /** `undefined`: nothing is known of it, or no longer. */
  find(id: string): { state: DeliveryState; errorCode?: number } | undefined {
    const known = this.known.peek(id);
    if (known === undefined) return undefined;
    const { state, errorCode } = known;
    return { state, ...(state === 'failed' && errorCode !== undefined && { errorCode }) };
  }

  /** How many messages were told to be in each state so far; a message counts once for each. */
  get counts(): Readonly<Record<DeliveryState, number>> {
    return { ...this.counted };
  }
}

export function isDeliveryState(word: unknown): word is DeliveryState {
  return (DELIVERY_STATES as readonly unknown[]).includes(word);
}

function rank(state: DeliveryState): number {
  return DELIVERY_STATES.indexOf(state);
}
