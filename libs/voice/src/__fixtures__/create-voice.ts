import { AudioConverter } from '@parlance/audio';
import { Coalescer, MemoryCacheStore, RateLimits, RedisConnections, SharedCounts, SharedFlights, SharedRedis } from '@parlance/cache';
import type { CacheStore, ObjectStore } from '@parlance/contracts';
import type { ProviderFactory } from '@parlance/providers';
import { Logger } from '@nestjs/common';
import { CacheObjects } from '../cache/cache-objects.js';
import { VoiceCache } from '../cache/voice-cache.js';
import { PendingObjects } from '../files/pending-objects.js';
import type { VoiceObservers } from '../observation/voice-observers.js';
import { OwnAccounts } from '../plan/own-accounts.js';
import { Planner } from '../plan/planner.js';
import { PlanExecutor } from '../resilience/plan-executor.js';
import { Upstreams } from '../resilience/upstreams.js';
import { SpeechMemory } from '../speech/speech-memory.js';
import { Synthesizer } from '../speech/synthesizer.js';
import { Recognizer } from '../transcription/recognizer.js';
import { TranscriptionMemory } from '../transcription/transcription-memory.js';
import { Budgets } from '../usage/budgets.js';
import { Meter } from '../usage/meter.js';
import { ProviderQuota } from '../usage/provider-quota.js';
import { UsageLedger } from '../usage/usage-ledger.js';
import { VoiceLibrary } from '../voice-library.js';
import { VoiceMemory } from '../voice-memory.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';
import { VoiceService } from '../voice.service.js';
import { fakeFactory, type FakeSpeechProvider, type FakeTranscriptionProvider } from './fake-providers.js';

// Traces of every request would be most of what a test run prints.
Logger.overrideLogger(false);

export interface VoiceParts {
  converter: AudioConverter;
  speakers?: readonly FakeSpeechProvider[];
  listeners?: readonly FakeTranscriptionProvider[];
  options?: VoiceModuleOptions;
  objects?: ObjectStore;
  upstreams?: Upstreams;
  coalescer?: Coalescer;
  /** Default: shared with nobody. */
  flights?: SharedFlights;
  store?: CacheStore;
  /** Where limits and usage are counted; default: in memory. */
  redis?: SharedRedis;
  counts?: SharedCounts;
  /** Finds out whether there is speech in recordings; default: there is none. */
  hasSpeech?: () => Promise<boolean>;
  /** Told of requests and usage. */
  observers?: VoiceObservers;
  /** Instead of one that has the speakers and listeners. */
  factory?: ProviderFactory;
}

/** A VoiceService with real parts all around fake providers. */
export function createVoice(parts: VoiceParts): VoiceService {
  const { converter, speakers = [], listeners = [], options = {}, objects, upstreams, hasSpeech, observers } = parts;
  const { coalescer = new Coalescer(), store = new MemoryCacheStore(), flights = new SharedFlights(new RedisConnections()) } = parts;
  const { redis = new SharedRedis(new RedisConnections()), counts = new SharedCounts(redis) } = parts;
  const cache = new VoiceCache(store, options, new CacheObjects(objects as ObjectStore, options));
  const factory = parts.factory ?? (fakeFactory(speakers, listeners, hasSpeech) as unknown as ProviderFactory);
  const limits = new RateLimits(redis);
  const executor = new PlanExecutor(upstreams ?? new Upstreams(factory, options), options, new ProviderQuota(limits, options));
  return new VoiceService(
    new Planner(factory, executor.upstreams, options, new OwnAccounts(factory)),
    new VoiceMemory(new SpeechMemory(cache), new TranscriptionMemory(cache), coalescer, flights, cache),
    new Synthesizer(converter, new SpeechMemory(cache), executor, options),
    new Recognizer(converter, executor, factory, options),
    new VoiceLibrary(objects as ObjectStore, options, new PendingObjects(objects as ObjectStore)),
    new Meter(limits, new UsageLedger(counts, options, observers), new Budgets(counts, options)),
    observers,
  );
}
