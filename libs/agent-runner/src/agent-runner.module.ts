import { RedisConnections, SharedRedis } from '@parlance/cache';
import { Module, type OnModuleDestroy } from '@nestjs/common';
import { VoiceCatalogue, VoiceFiles } from '@parlance/voice';
import { AgentRunner } from './agent-runner.js';
import { AGENT_RUNNER_OPTIONS, ConfigurableModuleClass, type AgentRunnerModuleOptions } from './agent-runner.module-definition.js';
import { AgentFiles } from './agents/agent-files.js';
import type { Agent } from './agents/agent.types.js';
import { Agents } from './agents/agents.js';
import { AgentVoice } from './compatibility/agent-voice.js';
import { EMBEDDED_GRAPHS, Graphs } from './graphs/graphs.js';
import { ThreadMemory } from './memory/thread-memory.js';
import { ThreadOrder } from './turns/thread-order.js';
import { Threads } from './turns/threads.js';
import { TurnDecider } from './turns/turn-decider.js';
import { TurnObservers } from './turns/turn-observers.js';
import { TurnRecords } from './turns/turn-records.js';
import { TurnVoice } from './turns/turn-voice.js';

/**
 * Agents, their graphs and their turns. Needs VoiceModule and CacheModule. Where the cache has a Redis, threads keep
 * their order and their memory over all processes.
 */
@Module({
  providers: [
    {
      provide: Agents,
      inject: [AGENT_RUNNER_OPTIONS, VoiceCatalogue, VoiceFiles],
      useFactory: agentsOf,
    },
    {
      provide: ThreadOrder,
      inject: [SharedRedis, RedisConnections],
      useFactory: (redis: SharedRedis, connections: RedisConnections) => new ThreadOrder(redis, connections),
    },
    {
      provide: TurnRecords,
      inject: [SharedRedis, AGENT_RUNNER_OPTIONS],
      useFactory: (redis: SharedRedis, { recordSeconds, memoryBytes }: AgentRunnerModuleOptions) =>
        new TurnRecords(redis, {
          ...(recordSeconds !== undefined && { ttlSeconds: recordSeconds }),
          ...(memoryBytes !== undefined && { maximumBytes: memoryBytes }),
        }),
    },
    {
      provide: Graphs,
      inject: [VoiceCatalogue, SharedRedis, AGENT_RUNNER_OPTIONS],
      useFactory: (catalogue: VoiceCatalogue, redis: SharedRedis, options: AgentRunnerModuleOptions) =>
        new Graphs(catalogue, () => loadMemory(redis, options), options.graphs),
    },
    AgentRunner,
    AgentVoice,
    Threads,
    TurnDecider,
    TurnObservers,
    TurnVoice,
  ],
  exports: [AgentRunner, AgentVoice, Agents, TurnObservers],
})
export class AgentRunnerModule extends ConfigurableModuleClass implements OnModuleDestroy {
  constructor(private readonly order: ThreadOrder) {
    super();
  }

  onModuleDestroy(): void {
    this.order.close();
  }
}

function agentsOf(options: AgentRunnerModuleOptions, catalogue: VoiceCatalogue, voiceFiles: VoiceFiles): Agents {
  const { agentsDirectory: directory, agents = [], environment = process.env, retirementOf, sections } = options;
  const knownGraphs = [...EMBEDDED_GRAPHS, ...Object.keys(options.graphs ?? {})];
  const context = {
    environment,
    knownGraphs,
    knownProviders: catalogue.providerNames(),
    ...(retirementOf !== undefined && { retirementOf }),
    ...(sections !== undefined && { sections }),
  };
  const files = directory === undefined ? undefined : new AgentFiles({ directory, context });
  const all = new Agents(context, files, (known) => voiceFiles.setRetention(retentionOf(known)));
  for (const agent of agents) all.register(agent);
  return all;
}

function retentionOf(agents: readonly Agent[]) {
  return agents.flatMap(({ tenant, id, retentionDays: days }) => (days === undefined ? [] : [{ tenant, agent: id, days }]));
}

/** LangGraph is loaded with it. */
async function loadMemory(redis: SharedRedis, { memorySeconds, memoryBytes }: AgentRunnerModuleOptions) {
  const { ThreadCheckpointer } = await import('./memory/thread-checkpointer.js');
  const options = {
    ...(memorySeconds !== undefined && { ttlSeconds: memorySeconds }),
    ...(memoryBytes !== undefined && { maximumBytes: memoryBytes }),
  };
  return new ThreadCheckpointer(new ThreadMemory(redis, options));
}
