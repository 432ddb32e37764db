import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import type { Retention } from './retention.js';

/** A store that can see to it that objects end. */
export interface ExpiringStore {
  /**
   * Sees to it that what is older than its rule allows is deleted, now or by the server later on.
   * @returns whether that is all there is to do, once and for ever
   */
  expire(retention: Retention, signal: AbortSignal): Promise<boolean>;
}

const HOUR_MILLISECONDS = 60 * 60 * 1000;
/** Several processes that start together do not sweep together. */
const FIRST_WITHIN_MILLISECONDS = 60_000;
const JITTER = 0.2;

/** Has stored audio deleted when its time is over. In the background: nobody waits for it, and nothing fails of it. */
export class RetentionService implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Storage');
  private readonly leaving = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: ExpiringStore,
    private readonly retention: Retention,
    /** Absent rules are rules, too: of a store that had others before they are taken away. `false`: only when there are some. */
    private readonly isWanted = true,
  ) {}

  onApplicationBootstrap(): void {
    if (this.isWanted) this.soon();
    this.retention.onChange(() => this.soon());
  }

  onModuleDestroy(): void {
    this.leaving.abort();
    clearTimeout(this.timer);
  }

  /** One round. Resolves when it is done, however it went. */
  async run(): Promise<void> {
    if (this.leaving.signal.aborted) return;
    const isDone = await this.store.expire(this.retention, this.leaving.signal).catch((error: unknown) => this.note(error));
    if (!isDone) this.schedule(HOUR_MILLISECONDS * (1 - JITTER / 2 + Math.random() * JITTER));
  }

  private soon(): void {
    this.schedule(Math.random() * FIRST_WITHIN_MILLISECONDS);
  }

  private note(error: unknown): false {
    if (this.leaving.signal.aborted) return false;
    const what = error instanceof ParlanceError ? error.message : 'An unforeseen failure.';
    this.logger.warn(`Stored audio could not be made to end in time. It is tried again within an hour or so. ${what}`);
    return false;
  }

  private schedule(milliseconds: number): void {
    clearTimeout(this.timer);
    if (!this.leaving.signal.aborted) this.timer = setTimeout(() => void this.run(), milliseconds).unref();
  }
}
