import { Module, type DynamicModule } from '@nestjs/common';
import { AgentRunnerModule, type AgentRunnerModuleOptions } from '@parlance/agent-runner';
import { CacheModule } from '@parlance/cache';
import { ProviderFactoryModule } from '@parlance/providers';
import { StorageModule } from '@parlance/storage';
import { VoiceModule } from '@parlance/voice';
import { agentContext } from './read-agents.js';
import { forAccounts, readModelAliases, readVoiceAliases } from './aliases.js';
import { providerOptions, type Engines } from './engines.js';
import { readRetirements } from './retirements.js';
import { ParlanceConfiguration } from './parlance-configuration.js';

/** What an application adds of its own. */
export type ApplicationAgents = Pick<AgentRunnerModuleOptions, 'graphs' | 'agents'>;

export interface ApplicationParts extends ApplicationAgents {
  /** Made for the same configuration; the module closes them, and starts once then. Default: made by the module, at each start. */
  engines?: Engines;
}

/** The voice layer put together from one configuration, for every process that is made of it. */
@Module({})
export class ParlanceModule {
  /**
   * @param own graphs that agents may name, agents beside those of files, and engines that are there already
   * @throws ConfigurationError when the voice or model names cannot be read.
   */
  static forRoot(configuration: ParlanceConfiguration, { graphs, agents, engines }: ApplicationParts = {}): DynamicModule {
    const retirements = readRetirements(configuration.retirementsFile);
    const { urlSecret, ffmpeg, redisUrl, s3, cacheObjectBytes, speechPlan, transcriptionPlan } = configuration;
    return {
      module: ParlanceModule,
      global: true,
      imports: [
        CacheModule.forRoot({
          maximumBytes: configuration.cacheBytes,
          redisTimes: { commandMilliseconds: configuration.redisMilliseconds },
          ...(redisUrl !== undefined && { redisUrl }),
        }),
        StorageModule.forRoot({
          directory: configuration.dataDirectory,
          publicUrl: configuration.publicUrl,
          ...(urlSecret !== undefined && { signingSecret: urlSecret }),
          ...(s3 !== undefined && { s3 }),
          remote: configuration.remote,
          // Also without Redis: there may have been one before, and nothing is to lie there for ever.
          retention: { days: configuration.retentionDays, cacheDays: configuration.cacheObjectDays },
        }),
        ProviderFactoryModule.forRoot(engines === undefined ? providerOptions(configuration, retirements) : { factory: engines.providers }),
        VoiceModule.forRoot({
          voices: forAccounts(readVoiceAliases(configuration.voicesFile), configuration.providerAccounts),
          models: forAccounts(readModelAliases(configuration.modelsFile), configuration.providerAccounts),
          tenants: configuration.tenants,
          budgets: configuration.budgets,
          prices: configuration.prices,
          providerLimits: configuration.providerLimits,
          resilience: configuration.resilience,
          cacheTtlSeconds: configuration.cacheTtlSeconds,
          sharedCacheTenants: configuration.sharedCacheTenants,
          ...(cacheObjectBytes !== undefined && { cacheObjectBytes }),
          maximumAudioBytes: configuration.maximumUploadBytes,
          maximumAudioSeconds: configuration.maximumAudioSeconds,
          longRecordings: { maximumBytes: configuration.jobs.maximumBytes, maximumSeconds: configuration.jobs.maximumAudioSeconds },
          ...(engines !== undefined && { converter: engines.converter }),
          ...(ffmpeg !== undefined && { ffmpeg }),
          ...(speechPlan !== undefined && { speechPlan }),
          ...(transcriptionPlan !== undefined && { transcriptionPlan }),
        }),
        AgentRunnerModule.forRoot({
          ...(graphs !== undefined && { graphs }),
          ...(agents !== undefined && { agents }),
          agentsDirectory: configuration.agents.directory,
          ...agentContext(configuration.agents.environment, retirements),
          turnMilliseconds: configuration.agents.turnMilliseconds,
          memorySeconds: configuration.agents.memorySeconds,
          memoryBytes: configuration.agents.memoryBytes,
        }),
      ],
      providers: [{ provide: ParlanceConfiguration, useValue: configuration }],
      exports: [ParlanceConfiguration],
    };
  }
}
