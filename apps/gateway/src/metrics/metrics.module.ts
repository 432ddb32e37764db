import type { ParlanceConfiguration } from '@parlance/configuration';
import { Module, type DynamicModule } from '@nestjs/common';
import { GatewayModule } from '../gateway.module.js';
import { BuildMetrics } from './collectors/build-metrics.js';
import { CacheMetrics } from './collectors/cache-metrics.js';
import { ChannelMetrics } from './collectors/channel-metrics.js';
import { HttpMetrics } from './collectors/http-metrics.js';
import { JobMetrics } from './collectors/job-metrics.js';
import { ProviderMetrics } from './collectors/provider-metrics.js';
import { QueueMetrics } from './collectors/queue-metrics.js';
import { ServerMetrics } from './collectors/server-metrics.js';
import { TurnMetrics } from './collectors/turn-metrics.js';
import { UsageMetrics } from './collectors/usage-metrics.js';
import { VoiceMetrics } from './collectors/voice-metrics.js';
import { LabelValues } from './label-values.js';
import { MetricsRegistry } from './metrics-registry.js';
import { MetricsServer } from './metrics-server.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.service.js';

const COLLECTORS = [
  BuildMetrics,
  CacheMetrics,
  ChannelMetrics,
  HttpMetrics,
  JobMetrics,
  ProviderMetrics,
  QueueMetrics,
  ServerMetrics,
  TurnMetrics,
  UsageMetrics,
  VoiceMetrics,
];

/** What is measured, for Prometheus. Libraries know nothing of it: they tell what they do, and this listens. */
@Module({})
export class MetricsModule {
  /** @param others the modules of jobs and channels, as the application has them */
  static forRoot({ metricsPort }: ParlanceConfiguration, others: readonly DynamicModule[]): DynamicModule {
    return {
      module: MetricsModule,
      imports: [GatewayModule, ...others],
      controllers: metricsPort === undefined ? [MetricsController] : [],
      providers: [LabelValues, Metrics, MetricsRegistry, MetricsServer, ...COLLECTORS],
      exports: [QueueMetrics, VoiceMetrics],
    };
  }
}
