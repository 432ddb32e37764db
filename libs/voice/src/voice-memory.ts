import { hash } from 'node:crypto';
import { Coalescer, SharedFlights, type SharedStream, type SharedWork } from '@parlance/cache';
import { Injectable } from '@nestjs/common';
import type { Loans } from './plan/loans.js';
import type { NonEmpty } from './plan/plan.types.js';
import { VoiceCache, type CacheReport, type Forgotten } from './cache/voice-cache.js';
import { SpeechMemory } from './speech/speech-memory.js';
import { TranscriptionMemory } from './transcription/transcription-memory.js';

/** What has been made before, and what is being made now. */
@Injectable()
export class VoiceMemory {
  private coalesced = 0;

  constructor(
    readonly speech: SpeechMemory,
    readonly transcripts: TranscriptionMemory,
    private readonly inFlight: Coalescer,
    private readonly flights: SharedFlights,
    private readonly cache: VoiceCache,
  ) {}

  /** @returns how many entries are gone */
  async forget(what: Forgotten): Promise<number> {
    return this.cache.forget(what);
  }

  /** What the cache has done in this process, and how many requests have joined another's work. */
  async report(): Promise<CacheReport & { coalesced: number }> {
    return { ...(await this.cache.report()), coalesced: this.coalesced };
  }

  /**
   * Has equal requests in flight share one piece of work: in this process, and with others where there is Redis. Tenants
   * that share a cache do not share this, nor do agents with budgets of their own: whoever follows sees the attempts of
   * the other's plan, vendors that it has ruled out among them, and fails with it when the other's budget is spent.
   * Nor do requests with other providers behind the first: one would fail where it has a fallback, or be served by whom it
   * has not asked for.
   * @param keys of what is asked for, of everybody who may serve it, best first
   * @param purse of whose tenant and budgets it is paid
   * @param signal this caller's own; it ends only this caller's part
   * @param loans of this caller, which are held while its work goes on for others, also when it has left before that began
   */
  async share<Head, Chunk>(
    keys: NonEmpty<string>,
    purse: string,
    work: SharedWork<Head, Chunk>,
    signal: AbortSignal,
    loans: Loans,
  ): Promise<SharedStream<Head, Chunk>> {
    // Of those behind the first the order may be that of chance (`PARLANCE_ROUTING`).
    const [first, ...others] = keys;
    const name = hash('sha256', JSON.stringify([purse, first, ...others.toSorted()]));
    const begin = this.flights.across(name, work);
    const flight = await this.inFlight.join(name, async (shared) => loans.untilRead(async () => begin(shared), shared), signal);
    if (flight.shared) this.coalesced += 1;
    return flight;
  }
}
