import { Module, type DynamicModule } from '@nestjs/common';
import { ParlanceModule, type Engines, type ParlanceConfiguration } from '@parlance/configuration';
import { AgentsModule } from './agents/agents.module.js';
import { ChannelsModule } from './channels/channels.module.js';
import { GatewayModule } from './gateway.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { StatusModule } from './status/status.module.js';

/** The process: the voice layer, and HTTP in front of it. */
@Module({})
export class AppModule {
  static async forRoot(configuration: ParlanceConfiguration, engines?: Engines): Promise<DynamicModule> {
    const [jobs, channels] = await Promise.all([JobsModule.forRoot(configuration), ChannelsModule.forRoot(configuration)]);
    const metrics = MetricsModule.forRoot(configuration, [jobs, channels]);
    return {
      module: AppModule,
      imports: [
        ParlanceModule.forRoot(configuration, engines === undefined ? {} : { engines }),
        GatewayModule,
        AgentsModule,
        jobs,
        channels,
        metrics,
        StatusModule.forRoot(metrics),
      ],
    };
  }
}
