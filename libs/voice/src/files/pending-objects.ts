import { AsyncResource } from 'node:async_hooks';
import { ObjectStore, ParlanceError, withTimeLimit } from '@parlance/contracts';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { keepObject, type NewObject } from './keep-object.js';

interface Waiting {
  object: NewObject;
  /** Milliseconds of a clock that never goes back: the time of day may jump. */
  since: number;
}

/** How much waits at the most: memory is for requests. */
const MOST_OBJECTS = 256;
const MOST_BYTES = 64 * 1024 * 1024;
/** Longer outages cost what waited. */
const LONGEST_WAIT_MILLISECONDS = 10 * 60 * 1000;
const FIRST_PAUSE_MILLISECONDS = 500;
const LONGEST_PAUSE_MILLISECONDS = 10_000;
/** For one object. */
const PUT_MILLISECONDS = 30_000;

/**
 * Objects that could not be stored because the store is away: they are stored when it is back, or their loss is
 * logged. While it is away nobody needs to find that out anew.
 */
@Injectable()
export class PendingObjects implements OnModuleDestroy {
  private readonly logger = new Logger('Voice');
  private readonly waiting: Waiting[] = [];
  private readonly leaving = new AbortController();
  private bytes = 0;
  private away = false;
  private pause = FIRST_PAUSE_MILLISECONDS;
  private timer: NodeJS.Timeout | undefined;
  /** What is stored later is no part of the request that could not wait for it. */
  private readonly outside = new AsyncResource('PendingObjects');

  constructor(@Inject(ObjectStore) private readonly objects: ObjectStore) {}

  /** The store has failed last time, and is tried in the background. */
  get isAway(): boolean {
    return this.away;
  }

  /** @param failure of storing it; absent: it was not tried, since the store is away */
  add(object: NewObject, failure?: ParlanceError): void {
    if (failure !== undefined) this.noteFailure(failure);
    // Named by its bytes: it waits already.
    if (this.waiting.some((other) => other.object.key === object.key)) return;
    if (this.leaving.signal.aborted || this.waiting.length >= MOST_OBJECTS || this.bytes + object.bytes.byteLength > MOST_BYTES) {
      return this.logLoss([object], 'no more of them can wait');
    }
    this.waiting.push({ object, since: performance.now() });
    this.bytes += object.bytes.byteLength;
    this.schedule();
  }

  onModuleDestroy(): void {
    this.leaving.abort();
    clearTimeout(this.timer);
    const lost = this.waiting.splice(0).map(({ object }) => object);
    if (lost.length > 0) this.logLoss(lost, 'the process ends');
  }

  private schedule(): void {
    if (this.timer !== undefined || this.leaving.signal.aborted || this.waiting.length === 0) return;
    const jitter = 0.75 + Math.random() / 2;
    this.timer = setTimeout(() => void this.outside.runInAsyncScope(() => this.work()), this.away ? this.pause * jitter : 0).unref();
  }

  /** Stores one object after the other until one fails. */
  private async work(): Promise<void> {
    this.dropOld();
    let next = this.waiting.shift();
    while (next !== undefined && (await this.isStored(next))) next = this.waiting.shift();
    this.timer = undefined;
    this.schedule();
  }

  /** @returns false when it goes on waiting, behind the others: one that fails by itself holds nobody up */
  private async isStored(next: Waiting): Promise<boolean> {
    const { signal } = this.leaving;
    try {
      await withTimeLimit(PUT_MILLISECONDS, signal, (inTime) => keepObject(this.objects, next.object, inTime));
      this.bytes -= next.object.bytes.byteLength;
      this.noteSuccess();
      return true;
    } catch (error) {
      if (signal.aborted) this.logLoss([next.object], 'the process ends');
      else {
        this.noteFailure(error);
        this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MILLISECONDS);
        this.waiting.push(next);
      }
      return false;
    }
  }

  private dropOld(): void {
    const oldest = performance.now() - LONGEST_WAIT_MILLISECONDS;
    const old = this.waiting.filter(({ since }) => since < oldest);
    if (old.length === 0) return;
    for (const { object } of old) this.bytes -= object.bytes.byteLength;
    this.waiting.splice(0, this.waiting.length, ...this.waiting.filter(({ since }) => since >= oldest));
    this.logLoss(
      old.map(({ object }) => object),
      'the object store was away too long',
    );
  }

  private noteFailure(error: unknown): void {
    if (this.away) return;
    this.away = true;
    const why = error instanceof ParlanceError ? error.message : 'It failed in an unforeseen way.';
    this.logger.warn(`Speech is handed out instead of stored, and stored when the object store is back. ${why}`);
  }

  private noteSuccess(): void {
    this.pause = FIRST_PAUSE_MILLISECONDS;
    if (!this.away) return;
    this.away = false;
    this.logger.log(`The object store is back. ${this.waiting.length} more objects are to be stored.`);
  }

  private logLoss(objects: readonly NewObject[], why: string): void {
    const bytes = objects.reduce((sum, object) => sum + object.bytes.byteLength, 0);
    this.logger.error(
      `Lost: ${objects.length} objects of ${bytes} bytes that could not be stored; ${why}. Nobody was given a link to them.`,
    );
  }
}
