import type { Agent, Agents, AgentWarning } from '@parlance/agent-runner';

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

/** @param tenant whose agents; absent: all there are */
export function agentsOf(agents: Agents, tenant: string | undefined): readonly Agent[] {
  return agents.list().filter((agent) => tenant === undefined || agent.tenant === tenant);
}

/** @param owner the tenant whose agents; then nothing is told of files, which may be others' */
export function listAgents(agents: Agents, owner?: string): AgentList {
  const data = agentsOf(agents, owner).map(({ id, name, tenant, graph, voice, warnings }): ListedAgent => ({
    object: 'agent',
    id,
    name,
    tenant,
    graph,
    voice: voice.enabled,
    warnings,
  }));
  return { object: 'list', data, problems: owner === undefined ? agents.problems() : [] };
}
