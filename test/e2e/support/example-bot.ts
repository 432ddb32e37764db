import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { AgentDirectory } from './agents.js';

interface AgentFile {
  channels: Record<string, object>;
}

/** The agent of an example as it is, but for where its platform is. */
export function exampleAgents(example: string, channel: string, baseUrl: string): AgentDirectory {
  const agent = parse(readFileSync(resolve('examples', example, `${example}.yaml`), 'utf8')) as AgentFile;
  const channels = { ...agent.channels, [channel]: { ...agent.channels[channel], base_url: baseUrl } };
  const directory = new AgentDirectory();
  directory.write(`${example}.yaml`, stringify({ ...agent, channels }));
  return directory;
}
