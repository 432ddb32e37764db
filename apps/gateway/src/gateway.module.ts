import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { ApiKeyGuard } from './access/api-key.guard.js';
import { KeyRing } from './access/key-ring.service.js';
import { CacheController } from './cache/cache.controller.js';
import { FilesController } from './files/files.controller.js';
import { RecordingSource } from './files/recording-source.js';
import { HealthController } from './health/health.controller.js';
import { HEALTH_PROVIDERS } from './health/health.providers.js';
import { Servers } from './health/servers.service.js';
import { BodyTypeGuard } from './http/body-type.guard.js';
import { DrainService } from './http/drain.service.js';
import { ErrorFilter } from './http/error.filter.js';
import { RateLimitGuard } from './http/rate-limit.guard.js';
import { RequestValidation } from './http/validation.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { ObjectsController } from './objects/objects.controller.js';
import { ModelsController } from './openai/models.controller.js';
import { SpeechController } from './openai/speech.controller.js';
import { TranscriptionsController } from './openai/transcriptions.controller.js';
import { VoicesController } from './openai/voices.controller.js';
import { ProviderStates } from './providers/provider-states.service.js';
import { ProvidersController } from './providers/providers.controller.js';
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
    UsageController,
    ObjectsController,
    HealthController,
  ],
  providers: [
    DrainService,
    KeyRing,
    ProviderStates,
    RecordingSource,
    ...HEALTH_PROVIDERS,
    { provide: APP_FILTER, useClass: ErrorFilter },
    { provide: APP_GUARD, useClass: ApiKeyGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
    { provide: APP_GUARD, useClass: BodyTypeGuard },
    { provide: APP_PIPE, useClass: RequestValidation },
  ],
  exports: [Servers],
})
export class GatewayModule {}
