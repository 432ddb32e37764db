import { isRecord } from '../settings/fields.js';
import { readFields } from '../settings/read-fields.js';
import { readVoiceSettings, type VoiceSettingsContext } from '../settings/read-voice-settings.js';
import type { AgentWarning } from '../settings/agent-warning.js';
import { textsIn, variableOf, type Environment } from '../settings/secret-references.js';
import { VoiceSettings } from '../settings/voice-settings.js';
import { AgentFields } from './agent-fields.js';
import type { Agent } from './agent.types.js';
import { chatSettings } from './chat-settings.js';
import { findVoiceSection } from './voice-section.js';

/**
 * Who wrote an agent. Whoever sends one with a request may not say where this server's keys are sent: it can name no
 * variable, no address and no option of an account.
 */
export type AgentSource = 'file' | 'request' | 'application';

/** Reads a part of an agent that is another library's, with what `env:NAME` in it stands for. Never throws. */
export type SectionReader = (
  value: unknown,
  where: string,
  environment: Environment,
) => { settings: unknown; warnings: readonly AgentWarning[]; problems: readonly string[] };

/** What is known beside the agent itself. */
export interface AgentContext extends VoiceSettingsContext {
  /** The graphs there are; absent: it is not known, and none is missed. */
  knownGraphs?: readonly string[];
  /** By the name of the field: `channels`. */
  sections?: Readonly<Record<string, SectionReader>>;
}

export interface ReadAgentOptions extends AgentContext {
  source: AgentSource;
  /** Where the agent has none itself. */
  id?: string;
}

export interface ReadAgent {
  /** Absent exactly where there are problems. */
  agent?: Agent;
  /** Each says where and what would do, and holds no value. */
  problems: string[];
}

/** A caller may write as many as fit into a request. */
const MOST_REFUSED = 100;

/** Reads an agent of either shape: today's, or the old platform's as it is. Never throws. */
export function readAgent(value: unknown, options: ReadAgentOptions): ReadAgent {
  if (!isRecord(value)) return { problems: ['the agent must be a map, such as { agent_id: support, voice_settings: { enabled: true } }'] };
  const { sections, others } = apart(value, options);
  const { fields, warnings, problems } = readFields(AgentFields, others, '');
  const section = findVoiceSection(value);
  const voice = section.value === undefined ? undefined : readVoiceSettings(section.value, section.path, contextOf(options));
  problems.push(...(voice?.problems ?? []));
  warnings.push(...section.warnings, ...(voice?.warnings ?? []));
  for (const { read } of sections) {
    problems.push(...read.problems);
    warnings.push(...read.warnings);
  }
  if (options.source === 'request') problems.push(...refused(value, fields, voice?.settings, section.path));

  const id = fields.agent_id ?? fields.id ?? options.id;
  if (id === undefined) problems.push("agent_id must be 1 to 128 letters, digits, '.', '_' and '-'; it has to be there");
  else if (fields.agent_id === undefined && fields.id === undefined) problems.push(...idProblems(id));
  const chat = fields.chat && chatSettings(fields.chat, options.environment ?? {}, options.source !== 'request');
  warnings.push(...(chat?.warnings ?? []));
  problems.push(...(chat?.problems ?? []));
  if (fields.graph === 'chat' && fields.chat === undefined) problems.push("chat is required where graph is 'chat': chat: { model: ... }");
  if (problems.length > 0 || id === undefined) return { problems };

  const extra = {
    ...fields.extra,
    ...(section.config !== undefined && { config: section.config }),
    ...(fields.chat?.extra !== undefined && { chat: fields.chat.extra }),
  };
  const graph = fields.graph ?? (chat === undefined ? 'echo' : 'chat');
  if (options.knownGraphs?.includes(graph) === false) {
    warnings.push({
      path: 'graph',
      message: `There is no graph of this name here: nobody will decide. There are ${options.knownGraphs.join(', ')}.`,
    });
  }
  const agent: Agent = {
    id,
    name: fields.name ?? id,
    tenant: fields.tenant,
    graph,
    secondMessage: fields.second_message,
    graphSettings: fields.graph_settings,
    voice: voice?.settings ?? new VoiceSettings(),
    warnings,
    ...(fields.retention_days !== undefined && { retentionDays: fields.retention_days }),
    ...(chat !== undefined && { chat: chat.chat }),
    ...(options.knownProviders !== undefined && { knownProviders: options.knownProviders }),
    ...(Object.keys(extra).length > 0 && { extra }),
  };
  const settings = new Map(sections.map(({ name, read }) => [name, read.settings]));
  // Not enumerable: there may be keys among them.
  if (settings.size > 0) Object.defineProperty(agent, 'sections', { value: settings });
  return { agent, problems };
}

/** The parts that other libraries read, and the rest. Whoever sends an agent with a request has none. */
function apart(value: Record<string, unknown>, { sections = {}, environment = {}, source }: ReadAgentOptions) {
  const isOwn = (name: string) => Object.hasOwn(sections, name);
  const given = Object.entries(value).filter(([name, found]) => isOwn(name) && found !== null && found !== undefined);
  const read = given.map(([name, found]) => {
    if (source === 'request')
      return { name, read: { settings: undefined, warnings: [], problems: [`${name} is not taken from a request`] } };
    return { name, read: sections[name]!(found, name, environment) };
  });
  return { sections: read, others: Object.fromEntries(Object.entries(value).filter(([name]) => !isOwn(name))) };
}

/** Which variables there are is no business of whoever sends an agent: theirs are not even looked up. */
function contextOf({ source, environment = {}, ...context }: ReadAgentOptions): VoiceSettingsContext {
  return source === 'request' ? context : { ...context, environment };
}

function refused(value: unknown, { chat }: AgentFields, voice: VoiceSettings | undefined, where: string): string[] {
  const why = 'is not taken from a request, because it could send keys of this server elsewhere: write it into a file of config/agents';
  const accounts = (voice?.providers ?? []).flatMap(({ custom_settings: custom }, index) =>
    isRecord(custom) && Object.keys(custom).length === 0 ? [] : [`${where}.providers[${index}].custom_settings`],
  );
  const ofChat = [...(chat?.base_url === undefined ? [] : ['chat.base_url']), ...(chat?.api_key === undefined ? [] : ['chat.api_key'])];
  const references = textsIn(value, '').filter(({ text }) => variableOf(text) !== undefined);
  const paths = new Set([...accounts, ...ofChat, ...references.map(({ path }) => path)]);
  return [...paths].slice(0, MOST_REFUSED).map((path) => `${path} ${why}`);
}

function idProblems(id: string): string[] {
  return readFields(AgentFields, { agent_id: id }, '').problems;
}
