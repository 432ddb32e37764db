import type { Agents, AgentWarning } from '@parlance/agent-runner';

export interface AgentList {
  object: 'list';
  data: readonly ListedAgent[];
  /** Files that could not be read: what was read of them before is still good. */
  problems: readonly { file: string; problems: readonly string[] }[];
}

interface ListedAgent {
  object: 'agent';
  id: string;
  name: string;
  tenant: string;
  graph: string;
  voice: boolean;
  warnings: readonly AgentWarning[];
}

export function listAgents(agents: Agents): AgentList {
  const data = agents.list().map(({ id, name, tenant, graph, voice, warnings }): ListedAgent => ({
    object: 'agent',
    id,
    name,
    tenant,
    graph,
    voice: voice.enabled,
    warnings,
  }));
  return { object: 'list', data, problems: agents.problems() };
}
