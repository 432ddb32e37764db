import { AgentFiles, Agents, EMBEDDED_GRAPHS, type AgentContext, type KnownProviders } from '@parlance/agent-runner';
import { readChannelSettings } from '@parlance/channels';
import type { Retirement } from '@parlance/providers';
import { resolve } from 'node:path';
import { defaultPlans } from './default-plans.js';
import type { EnvironmentValues, ReadConfiguration } from './load-configuration.js';
import { readRetirements } from './retirements.js';

/** What agents are read with, in every process. */
export function agentContext(environment: EnvironmentValues, retirements: readonly Retirement[]) {
  return {
    environment,
    sections: { channels: readChannelSettings },
    retirementOf: (provider, model) => retirements.find((end) => end.vendor === provider && end.model === model),
  } satisfies AgentContext;
}

/**
 * The agents of files, read once as a gateway with its own graphs alone would, also where other settings cannot be
 * used. Nothing is watched, and nobody is asked.
 */
export async function readAgents({ configuration, environment }: ReadConfiguration, values: EnvironmentValues): Promise<Agents> {
  const retirements = configuration === undefined ? [] : readRetirements(configuration.retirementsFile);
  const context = {
    ...agentContext(values, retirements),
    knownGraphs: EMBEDDED_GRAPHS,
    ...(configuration !== undefined && { knownProviders: defaultPlans(configuration) satisfies KnownProviders }),
  };
  const files = new AgentFiles({ directory: resolve(environment.PARLANCE_AGENTS_DIR), context });
  await files.reload();
  return new Agents(context, files);
}
