import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ApiKeyGuard } from './access/api-key.guard.js';
import { KeyRing } from './access/key-ring.service.js';
import { CacheController } from './cache/cache.controller.js';
import { FilesController } from './files/files.controller.js';
import { RecordingSource } from './files/recording-source.js';
import { HealthController } from './health/health.controller.js';
import { EventLoopDelay } from './health/event-loop-delay.js';
import { HEALTH_PROVIDERS, READY_INDICATORS } from './health/health.providers.js';
import { Servers } from './health/servers.service.js';
import { WarmUpService } from './health/warm-up.service.js';
import { BodyTypeGuard } from './http/body-type.guard.js';
import { DrainService } from './http/drain.service.js';
import { ErrorFilter } from './http/error.filter.js';
import { LiveStreams } from './http/live-streams.js';
import { RateLimitGuard } from './http/rate-limit.guard.js';
import { RequestValidation } from './http/validation.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { ObjectsController } from './objects/objects.controller.js';
import { ModelsController } from './openai/models.controller.js';
import { RepeatedSpeech } from './openai/repeated-speech.js';
import { SpeechController } from './openai/speech.controller.js';
import { TranscriptionsController } from './openai/transcriptions.controller.js';
import { VoicesController } from './openai/voices.controller.js';
import { ProviderStates } from './providers/provider-states.service.js';
import { ProvidersController } from './providers/providers.controller.js';
import { TraceHistory } from './traces/trace-history.js';
import { TracesController } from './traces/traces.controller.js';
import { UsageController } from './usage/usage.controller.js';
import { VoiceController } from './voice/voice.controller.js';

/** The HTTP routes, over a voice layer that is there globally. */
@Module({
  imports: [TerminusModule.forRoot({ logger: false }), IdempotencyModule],
  controllers: [
    SpeechController,
    TranscriptionsController,
    VoicesController,
    ModelsController,
    VoiceController,
    FilesController,
    ProvidersController,
    CacheController,
    TracesController,
    UsageController,
    ObjectsController,
    HealthController,
  ],
  providers: [
    DrainService,
    KeyRing,
    LiveStreams,
    ProviderStates,
    RecordingSource,
    TraceHistory,
    ...HEALTH_PROVIDERS,
    { provide: APP_FILTER, useClass: ErrorFilter },
    ApiKeyGuard,
    RateLimitGuard,
    RepeatedSpeech,
    { provide: APP_GUARD, useExisting: ApiKeyGuard },
    { provide: APP_GUARD, useExisting: RateLimitGuard },
    { provide: APP_GUARD, useClass: BodyTypeGuard },
    { provide: APP_PIPE, useClass: RequestValidation },
  ],
  exports: [DrainService, EventLoopDelay, LiveStreams, ProviderStates, READY_INDICATORS, Servers, WarmUpService],
})
export class GatewayModule {}
