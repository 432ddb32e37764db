import { Agents, type Agent, type ReadAgent } from '@parlance/agent-runner';
import { ParlanceConfiguration } from '@parlance/configuration';
import { basename } from 'node:path';
import { table } from '../table.js';
import { withParlance } from '../with-parlance.js';

type Write = (text: string) => unknown;

const toStandardOutput: Write = (text) => process.stdout.write(text);

/** A file of an agent, and what has come of reading it. */
export type CheckedFile = ReadAgent & { file: string };

/** `parlance agents` */
export async function listAgents(write: Write = toStandardOutput): Promise<void> {
  await withParlance(async (parlance) => {
    const agents = parlance.get(Agents, { strict: false });
    write(describeAgents(agents.list(), (id) => agents.fileOf(id)));
    for (const { file, problems } of agents.problems()) {
      process.stderr.write(`parlance: ${file} cannot be used: ${problems.join('; ')}\n`);
    }
  });
}

/** `parlance agents check`: the named files, or those of the directory. Ends with 1 when one of them cannot be used. */
export async function checkAgents(files: readonly string[], write: Write = toStandardOutput): Promise<void> {
  await withParlance(async (parlance) => {
    const agents = parlance.get(Agents, { strict: false });
    const { directory } = parlance.get(ParlanceConfiguration, { strict: false }).agents;
    const checked =
      files.length === 0
        ? filesOf(agents)
        : await Promise.all(files.map(async (file) => ({ file: basename(file), ...(await agents.readFile(file)) })));
    if (checked.length === 0) return void write(`There are no files of agents in ${directory}.\n`);
    write(describeFiles(checked));
    if (checked.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
  });
}

/** A table of the agents. */
export function describeAgents(agents: readonly Agent[], fileOf: (id: string) => string | undefined): string {
  const rows = agents.map(({ id, graph, voice }) => [id, graph, voice.enabled ? 'on' : 'off', fileOf(id) ?? '(built in)']);
  return table([['id', 'graph', 'voice', 'file'], ...rows]);
}

/** What is wrong with each file, and what of it has no effect. */
export function describeFiles(files: readonly CheckedFile[]): string {
  const rows = files.flatMap(({ file, agent, problems }) => [
    ...problems.map((problem) => ['broken', file, problem]),
    ...(agent === undefined ? [] : [['ok', file, `agent ${agent.id}, graph ${agent.graph}, voice ${agent.voice.enabled ? 'on' : 'off'}`]]),
    ...(agent?.warnings ?? []).map(({ path, message }) => ['warning', file, `${path}: ${message}`]),
  ]);
  const broken = files.filter(({ problems }) => problems.length > 0).length;
  return `${table(rows)}\n${broken === 0 ? 'All can be used.' : `${broken} of ${files.length} cannot be used.`}\n`;
}

/** Those of the directory, of which two may have one id. */
export function filesOf(agents: Agents): CheckedFile[] {
  const broken = agents.problems().map(({ file, problems }) => ({ file, problems: [...problems] }));
  const good = agents.list().flatMap((agent) => {
    const file = agents.fileOf(agent.id);
    return file === undefined || broken.some((one) => one.file === file) ? [] : [{ file, agent, problems: [] }];
  });
  return [...broken, ...good].toSorted((left, right) => (left.file < right.file ? -1 : 1));
}
