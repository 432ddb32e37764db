import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { AgentRunnerModule } from '@parlance/agent-runner';
import { readChannelSettings } from '@parlance/channels';
import { MemoryCacheStore, RateLimits, RedisConnections, SharedCounts, SharedFlights, SharedRedis } from '@parlance/cache';
import { loadConfiguration, ParlanceConfiguration } from '@parlance/configuration';
import { CacheStore, ObjectStore } from '@parlance/contracts';
import { StorageModule } from '@parlance/storage';
import { ProviderFactory } from '@parlance/providers';
import { Upstreams, UsageLedger, VoiceCatalogue, VoiceFiles, VoiceObservers, VoiceReadiness, VoiceService } from '@parlance/voice';
import { prepareGateway, stopGateway } from '../bootstrap.js';
import { AgentsModule } from '../agents/agents.module.js';
import { ChannelsModule } from '../channels/channels.module.js';
import { GatewayModule } from '../gateway.module.js';
import { CLIENT_TIMES, serverOptions, type ClientTimes } from '../http/server-options.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { StatusModule } from '../status/status.module.js';
import { FakeVoice } from './fake-voice.js';

/** What its links are signed with. */
export const SIGNING_SECRET = 'a secret for tests only';

export interface FakeGateway {
  url: string;
  voice: FakeVoice;
  application: NestFastifyApplication;
  close: () => Promise<void>;
}

/** The gateway as it is, on a free port, over a voice layer that does what a test tells it to. */
export async function startFakeGateway(
  environment: Readonly<Record<string, string>> = {},
  voice = new FakeVoice(),
  times: ClientTimes = CLIENT_TIMES,
): Promise<FakeGateway> {
  const directory = mkdtempSync(join(tmpdir(), 'parlance-gateway-'));
  const configuration = loadConfiguration({ PORT: '0', PARLANCE_DATA_DIR: directory, ...environment });

  const factory = new ProviderFactory({ accounts: configuration.providerAccounts });
  const upstreams = new Upstreams(factory, {});
  const connections = new RedisConnections(configuration.redisUrl, { commandMilliseconds: configuration.redisMilliseconds });
  const redis = new SharedRedis(connections);
  const counts = new SharedCounts(redis);

  @Module({
    imports: [
      StorageModule.forRoot({
        directory,
        publicUrl: 'http://127.0.0.1',
        signingSecret: SIGNING_SECRET,
        remote: configuration.remote,
      }),
    ],
    providers: [
      { provide: ParlanceConfiguration, useValue: configuration },
      { provide: VoiceService, useValue: voice },
      { provide: VoiceCatalogue, useValue: voice },
      {
        provide: VoiceFiles,
        inject: [ObjectStore],
        useFactory: (objects: ObjectStore) => new VoiceFiles(objects, { maximumAudioBytes: configuration.maximumUploadBytes }),
      },
      { provide: RedisConnections, useValue: connections },
      { provide: SharedFlights, useValue: new SharedFlights(connections) },
      { provide: SharedRedis, useValue: redis },
      { provide: CacheStore, useValue: new MemoryCacheStore() },
      { provide: ProviderFactory, useValue: factory },
      { provide: RateLimits, useValue: new RateLimits(redis) },
      { provide: UsageLedger, useValue: new UsageLedger(counts, {}) },
      { provide: Upstreams, useValue: upstreams },
      { provide: VoiceReadiness, useValue: new VoiceReadiness(factory, upstreams, {}) },
      VoiceObservers,
    ],
    exports: [CacheStore, ParlanceConfiguration, VoiceCatalogue, VoiceFiles, VoiceObservers, VoiceService, ProviderFactory, RateLimits, RedisConnections, SharedFlights, SharedRedis, Upstreams, UsageLedger, VoiceReadiness],
  })
  class FakeParlanceModule {}

  const [jobs, channels] = await Promise.all([JobsModule.forRoot(configuration), ChannelsModule.forRoot(configuration)]);
  const metrics = MetricsModule.forRoot(configuration, [jobs, channels]);
  const testing = await Test.createTestingModule({
    imports: [
      { module: FakeParlanceModule, global: true },
      AgentRunnerModule.forRoot({
        agentsDirectory: configuration.agents.directory,
        environment: configuration.agents.environment,
        sections: { channels: readChannelSettings },
      }),
      GatewayModule,
      AgentsModule,
      jobs,
      channels,
      metrics,
      StatusModule.forRoot(metrics),
    ],
  }).compile();
  const application = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter(serverOptions(times)), {
    bodyParser: false,
    forceCloseConnections: true,
    logger: false,
  });
  await prepareGateway(application, times);
  await application.listen(0, '127.0.0.1');
  const close = async (): Promise<void> => {
    await stopGateway(application, { graceMilliseconds: 2000 });
    await counts.close();
    redis.close();
    await connections.close();
    await factory.close();
    rmSync(directory, { recursive: true, force: true });
  };
  return { url: (await application.getUrl()).replace('[::1]', '127.0.0.1'), voice, application, close };
}
