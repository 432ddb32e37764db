import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { GraphFactory, TurnGraph } from './graphs/graph.types.js';
import type { SectionReader } from './agents/read-agent.js';
import type { ModelEnd } from './settings/read-voice-settings.js';

export interface AgentRunnerModuleOptions {
  /** Where the files of agents are, one each (`.yaml`, `.yml`, `.json`); absent: there are none. Read again when they change. */
  agentsDirectory?: string;
  /** Agents of the application's own, as a file would have them. */
  agents?: readonly unknown[];
  /** Graphs of the application's own by the name that agents give: compiled, or functions that make one. */
  graphs?: Readonly<Record<string, GraphFactory | TurnGraph>>;
  /** What `env:NAME` in an agent is looked up in; default: the environment of the process. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** The announced end of a provider's model, for the warnings of agents that name it; default: none is known. */
  retirementOf?: (provider: string, model: string) => ModelEnd | undefined;
  /** Reads parts of agents that are other libraries', by the name of the field. */
  sections?: Readonly<Record<string, SectionReader>>;
  /** How long a turn may take in all, in milliseconds; default 300 000. */
  turnMilliseconds?: number;
  /** How long a turn that was answered is known by its id, in seconds; default 86 400. */
  recordSeconds?: number;
  /** How long a conversation is remembered in Redis after its last turn, in seconds; default 2 592 000 (30 days). */
  memorySeconds?: number;
  /** How much is remembered where there is no Redis, in bytes: of conversations, and as much again of turns that were answered; default 64 MiB. */
  memoryBytes?: number;
}

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN: AGENT_RUNNER_OPTIONS } =
  new ConfigurableModuleBuilder<AgentRunnerModuleOptions>({ moduleName: 'AgentRunner' })
    .setClassMethodName('forRoot')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
