import { Module } from '@nestjs/common';
import { AgentRunnerModule } from '@parlance/agent-runner';
import { CacheModule } from '@parlance/cache';
import { ProviderFactoryModule } from '@parlance/providers';
import { StorageModule } from '@parlance/storage';
import { VoiceModule } from '@parlance/voice';
import { Settings, SettingsModule } from './settings.js';
import { tallyGraph } from './tally.graph.js';

const settings = { imports: [SettingsModule], inject: [Settings] };

/** All five modules with options that come from a provider of the application. */
@Module({
  imports: [
    CacheModule.forRootAsync({
      ...settings,
      useFactory: ({ redisUrl }: Settings) => ({ ...(redisUrl !== undefined && { redisUrl }) }),
    }),
    StorageModule.forRootAsync({
      ...settings,
      // Links to the file system's files need the route that the gateway has; with `s3` they are the bucket's own.
      useFactory: ({ dataDirectory }: Settings) => ({ directory: dataDirectory, publicUrl: 'http://127.0.0.1:3000' }),
    }),
    ProviderFactoryModule.forRootAsync({
      ...settings,
      useFactory: () => ({ accounts: [{ name: 'local', provider: 'local', options: {} }] }),
    }),
    VoiceModule.forRootAsync({
      ...settings,
      useFactory: () => ({ voices: { narrator: { local: 'rms' } } }),
    }),
    AgentRunnerModule.forRootAsync({
      ...settings,
      useFactory: () => ({
        graphs: { tally: tallyGraph },
        agents: [
          {
            agent_id: 'counter',
            graph: 'tally',
            voice_settings: {
              enabled: true,
              providers: [{ provider: 'local', tts_config: { language: 'en' }, stt_config: { language: 'en' } }],
            },
          },
        ],
      }),
    }),
  ],
})
export class AppModule {}
