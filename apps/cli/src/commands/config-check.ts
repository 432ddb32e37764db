import { readdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import type { Agents } from '@parlance/agent-runner';
import {
  effectiveConfiguration,
  readAgents,
  readConfiguration,
  type EnvironmentValues,
  type ReadConfiguration,
} from '@parlance/configuration';
import { table } from '../table.js';
import { silenceLog, toStandardOutput, withOptions, type ConfigOptions } from './config-options.js';
import { summarise, warningsOf } from './config-summary.js';

/**
 * `parlance config check`: everything that is wrong with what a gateway started here would read, or what it would be.
 * Nobody is asked over the network.
 * @returns whether all of it can be used
 */
export async function checkConfiguration(
  options: ConfigOptions,
  environment: EnvironmentValues = process.env,
  write = toStandardOutput,
): Promise<boolean> {
  silenceLog();
  const { values, sources } = withOptions(environment, options);
  const read = readConfiguration(values);
  const agents = await readAgents(read, values);
  const problems = [...read.problems, ...(await agentProblems(agents, read))];
  const warnings = await warningsOf(read, agents);
  const told = [...problems.map((text) => ['broken', text]), ...warnings.map((text) => ['warning', text])];
  const summary = problems.length > 0 ? '' : `${table(summarise(read, effectiveConfiguration(read, values, sources), agents))}\n`;
  const list = told.length === 0 ? '' : `${table(told)}\n`;
  write(fromHere(`${summary}${list}${verdict(problems.length)}\n`));
  return problems.length === 0;
}

/** A gateway starts with them, and does without these agents. */
async function agentProblems(agents: Agents, { environment }: ReadConfiguration): Promise<string[]> {
  const directory = resolve(environment.PARLANCE_AGENTS_DIR);
  const problems = agents.problems().flatMap(({ file, problems: found }) => found.map((problem) => `${join(directory, file)}: ${problem}`));
  try {
    await readdir(directory);
    return problems;
  } catch (error) {
    // There need not be one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return problems;
    return [...problems, `PARLANCE_AGENTS_DIR: the directory ${directory} cannot be read`];
  }
}

/** What lies in the working directory or below is named from there. */
function fromHere(text: string): string {
  return text.replaceAll(`${process.cwd()}${sep}`, '');
}

function verdict(problems: number): string {
  if (problems === 0) return 'All of it can be used.';
  return `${problems === 1 ? '1 problem' : `${problems} problems`}: correct ${problems === 1 ? 'it' : 'them'}, and check again.`;
}
