import { RedisConnections, SharedCounts, SharedRedis } from '@parlance/cache';
import { UsageLedger, type VoiceCatalogue, type VoiceFiles, type VoiceService } from '@parlance/voice';
import { AgentRunner } from '../agent-runner.js';
import type { AgentRunnerModuleOptions } from '../agent-runner.module-definition.js';
import { Agents } from '../agents/agents.js';
import { Graphs } from '../graphs/graphs.js';
import { ThreadCheckpointer } from '../memory/thread-checkpointer.js';
import { ThreadMemory } from '../memory/thread-memory.js';
import { ThreadOrder } from '../turns/thread-order.js';
import { Threads } from '../turns/threads.js';
import { TurnDecider } from '../turns/turn-decider.js';
import { TurnObservers } from '../turns/turn-observers.js';
import { TurnRecords } from '../turns/turn-records.js';
import { TurnVoice } from '../turns/turn-voice.js';
import type { Turn, TurnEvent } from '../turns/turn.types.js';
import { FakeFiles, FakeVoice } from './fake-voice.js';

/** A runner with real threads, graphs and memory around a voice that is none. @param connections to the Redis that runners share */
export function createRunner(options: AgentRunnerModuleOptions = {}, observers = new TurnObservers(), connections = new RedisConnections()) {
  const redis = new SharedRedis(connections);
  const voice = new FakeVoice();
  const files = new FakeFiles();
  const agents = new Agents({ environment: options.environment ?? {}, knownProviders: voice.providerNames() });
  for (const agent of options.agents ?? []) agents.register(agent);
  const memory = new ThreadCheckpointer(new ThreadMemory(redis));
  const graphs = new Graphs(voice as unknown as VoiceCatalogue, async () => memory, options.graphs);
  const order = new ThreadOrder(redis, connections);
  const ledger = new UsageLedger(new SharedCounts(redis), { prices: { local: { '*': { perMillionCharacters: 1_000_000, perMinute: 60 } } } });
  const runner = new AgentRunner(
    agents,
    new Threads(order, new TurnRecords(redis), options),
    new TurnVoice(voice as unknown as VoiceService, files as unknown as VoiceFiles),
    new TurnDecider(graphs),
    ledger,
    observers,
  );
  const run = async (turn: Turn, signal = new AbortController().signal): Promise<TurnEvent[]> => {
    const events: TurnEvent[] = [];
    for await (const event of runner.run(turn, signal)) events.push(event);
    return events;
  };
  return { runner, run, voice, files, agents, graphs, memory, ledger, order, redis };
}

export const VOICE_ON = { voice_settings: { enabled: true } };
