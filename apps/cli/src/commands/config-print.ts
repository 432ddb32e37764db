import type { Agent, Agents } from '@parlance/agent-runner';
import { channelSettingsOf } from '@parlance/channels';
import {
  effectiveConfiguration,
  readAgents,
  readConfiguration,
  SourcedValue,
  type ConfigurationPart,
  type EnvironmentValues,
} from '@parlance/configuration';
import { Document, isScalar, isSeq } from 'yaml';
import type { PRINT_FORMATS } from '../formats.js';
import { silenceLog, toStandardOutput, withOptions, type ConfigOptions } from './config-options.js';

export interface PrintOptions extends ConfigOptions {
  format: (typeof PRINT_FORMATS)[number];
}

const HEADING = ' The configuration that a gateway started here would have, and where each value is from. Secrets are ***.';

/**
 * `parlance config print`
 * @throws ConfigurationError with every problem at once
 */
export async function printConfiguration(
  options: PrintOptions,
  environment: EnvironmentValues = process.env,
  write = toStandardOutput,
): Promise<void> {
  silenceLog();
  const { values, sources } = withOptions(environment, options);
  const read = readConfiguration(values);
  const effective = effectiveConfiguration(read, values, sources);
  const agents = await readAgents(read, values);
  const parts = { ...effective, agents: agents.list().map((agent) => agentPart(agent, agents)) };
  write(options.format === 'json' ? `${JSON.stringify(parts, undefined, 2)}\n` : toYaml(parts));
}

/** Values with where they are from in a comment behind them. */
export function toYaml(parts: Readonly<Record<string, ConfigurationPart>>): string {
  const document = new Document();
  const node = (part: ConfigurationPart): unknown => {
    if (part instanceof SourcedValue) {
      const value = document.createNode(part.value, { flow: true });
      if (isScalar(value) || isSeq(value)) value.comment = ` ${part.source}`;
      return value;
    }
    if (Array.isArray(part)) return part.map(node);
    return Object.fromEntries(Object.entries(part).map(([name, one]: [string, ConfigurationPart]) => [name, node(one)]));
  };
  document.contents = document.createNode(node(parts)) as typeof document.contents;
  document.commentBefore = HEADING;
  return `${document.toString({ lineWidth: 0 }).trimEnd()}\n`;
}

/** What of an agent holds nothing of anybody's: its own words, options and keys stay in its file. */
function agentPart(agent: Agent, agents: Agents): ConfigurationPart {
  const { id, tenant, graph, voice } = agent;
  const { telegram, whatsapp } = channelSettingsOf(agent);
  const channels = [...(telegram === undefined ? [] : ['telegram']), ...(whatsapp === undefined ? [] : ['whatsapp'])];
  const file = agents.fileOf(id);
  const source = file === undefined ? 'default' : `file ${file}`;
  const values = { id, tenant, graph, voice: voice.enabled, providers: voice.providers.map(({ provider }) => provider), channels };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, new SourcedValue(value, source)]));
}
