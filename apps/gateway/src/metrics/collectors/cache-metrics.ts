import { VoiceService } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { MetricsRegistry } from '../metrics-registry.js';
import { countAll, setAll, type Sample } from '../set-all.js';

/** What is told of a tier; not every tier knows all of it. */
interface Tier {
  hits?: number;
  misses?: number;
  errors?: number;
  evictions?: number;
  bytesServed?: number;
  bytesWritten?: number;
  bytes?: number;
  entries?: number;
}

/** What the cache has done in this process. */
@Injectable()
export class CacheMetrics {
  private readonly counters: Readonly<Partial<Record<keyof Tier, Counter>>>;
  private readonly gauges: Readonly<Partial<Record<keyof Tier, Gauge>>>;
  private readonly stale: Counter;
  private readonly coalesced: Counter;

  constructor(
    registry: MetricsRegistry,
    private readonly voice: VoiceService,
  ) {
    const registers = [registry];
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames: ['tier'], registers });
    const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: ['tier'], registers });
    this.counters = {
      hits: counter('parlance_cache_hits_total', 'Entries that were found.'),
      misses: counter('parlance_cache_misses_total', 'Entries that were looked for in vain.'),
      errors: counter('parlance_cache_errors_total', 'Entries that could not be read, written or deleted.'),
      evictions: counter('parlance_cache_evictions_total', 'Entries that gave way to others.'),
      bytesServed: counter('parlance_cache_served_bytes_total', 'Bytes of the entries that were found.'),
      bytesWritten: counter('parlance_cache_written_bytes_total', 'Bytes that were written.'),
    };
    this.gauges = {
      bytes: gauge('parlance_cache_bytes', 'Bytes that are held; of Redis all that it holds, whoever has put it there.'),
      entries: gauge('parlance_cache_entries', 'Entries that are held.'),
    };
    this.stale = new Counter({ name: 'parlance_cache_stale_total', help: 'Entries that were found and of no use.', registers });
    this.coalesced = new Counter({
      name: 'parlance_coalesced_requests_total',
      help: 'Requests that shared the work of an equal one.',
      registers,
    });
    registry.askedBy(() => this.ask());
  }

  private async ask(): Promise<void> {
    const { memory, redis, objects, stale, coalesced } = await this.voice.cacheReport();
    const tiers: [string, Tier | undefined][] = Object.entries({ memory, redis, objects });
    const samples = (what: keyof Tier) =>
      tiers.flatMap(([tier, known]): Sample[] => (known?.[what] === undefined ? [] : [[{ tier }, known[what]]]));
    for (const [what, counter] of Object.entries(this.counters)) countAll(counter, samples(what as keyof Tier));
    for (const [what, gauge] of Object.entries(this.gauges)) setAll(gauge, samples(what as keyof Tier));
    countAll(this.stale, [[{}, stale]]);
    countAll(this.coalesced, [[{}, coalesced]]);
  }
}
