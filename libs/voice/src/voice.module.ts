import { AudioConverter } from '@parlance/audio';
import { Inject, Module, type OnModuleDestroy } from '@nestjs/common';
import { PendingObjects } from './files/pending-objects.js';
import { VoiceFiles } from './files/voice-files.js';
import { VoiceObservers } from './observation/voice-observers.js';
import { OwnAccounts } from './plan/own-accounts.js';
import { Planner } from './plan/planner.js';
import { BreakerLog } from './resilience/breaker-log.js';
import { PlanExecutor } from './resilience/plan-executor.js';
import { RecoveryProbe } from './resilience/recovery-probe.js';
import { SharedBreakers } from './resilience/shared/shared-breakers.js';
import { Upstreams } from './resilience/upstreams.js';
import { SpeechMemory } from './speech/speech-memory.js';
import { Synthesizer } from './speech/synthesizer.js';
import { Recognizer } from './transcription/recognizer.js';
import { TranscriptionMemory } from './transcription/transcription-memory.js';
import { CacheObjects } from './cache/cache-objects.js';
import { VoiceCache } from './cache/voice-cache.js';
import { VoiceCatalogue } from './voice-catalogue.js';
import { VoiceLibrary } from './voice-library.js';
import { Budgets } from './usage/budgets.js';
import { Meter } from './usage/meter.js';
import { ProviderQuota } from './usage/provider-quota.js';
import { UsageLedger } from './usage/usage-ledger.js';
import { VoiceMemory } from './voice-memory.js';
import { VoiceReadiness } from './voice-readiness.js';
import { ConfigurableModuleClass, VOICE_OPTIONS, type VoiceModuleOptions } from './voice.module-definition.js';
import { VoiceService } from './voice.service.js';

/** Speech and transcription for a Nest application. Needs ProviderFactoryModule, CacheModule and StorageModule. */
@Module({
  providers: [
    {
      provide: AudioConverter,
      inject: [VOICE_OPTIONS],
      useFactory: ({ converter, maximumAudioBytes, maximumAudioSeconds, longRecordings, ffmpeg }: VoiceModuleOptions) =>
        converter ??
        new AudioConverter({
          ...atMost('maximumBytes', maximumAudioBytes, longRecordings?.maximumBytes),
          ...atMost('maximumSeconds', maximumAudioSeconds, longRecordings?.maximumSeconds),
          ...(ffmpeg === undefined ? {} : { ffmpeg }),
        }),
    },
    BreakerLog,
    Budgets,
    CacheObjects,
    Meter,
    OwnAccounts,
    PendingObjects,
    PlanExecutor,
    Planner,
    ProviderQuota,
    Recognizer,
    RecoveryProbe,
    SharedBreakers,
    SpeechMemory,
    Synthesizer,
    TranscriptionMemory,
    Upstreams,
    UsageLedger,
    VoiceCache,
    VoiceCatalogue,
    VoiceFiles,
    VoiceLibrary,
    VoiceMemory,
    VoiceObservers,
    VoiceReadiness,
    VoiceService,
  ],
  exports: [Upstreams, UsageLedger, VoiceCatalogue, VoiceFiles, VoiceObservers, VoiceReadiness, VoiceService],
})
export class VoiceModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(@Inject(AudioConverter) private readonly converter: AudioConverter) {
    super();
  }

  async onModuleDestroy(): Promise<void> {
    await this.converter.close();
  }
}

/** The larger of two limits; none where there is none. */
function atMost<Name extends string>(name: Name, ...limits: readonly (number | undefined)[]): Partial<Record<Name, number>> {
  const given = limits.filter((limit) => limit !== undefined);
  return given.length === 0 ? {} : ({ [name]: Math.max(...given) } as Record<Name, number>);
}
