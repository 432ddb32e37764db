import { Agents, EMBEDDED_GRAPHS, GRAPH_MODELS } from '@parlance/agent-runner';
import { ParlanceConfiguration } from '@parlance/configuration';
import { ProviderFactory } from '@parlance/providers';
import { Injectable } from '@nestjs/common';

/** There was none. */
export const NONE = 'none';
/** One that callers have chosen. */
const OTHER = 'other';
/** So many agents and graphs have values of their own; agents come and go while the process runs. */
const MOST_NAMES = 50;

/**
 * The values that labels may have. Names of providers, models, agents and graphs may be of a caller's choice: only those
 * that the operator has configured are shown, so that nobody can make series without end.
 */
@Injectable()
export class LabelValues {
  private models: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  private readonly shownAgents = new Set<string>();
  private readonly shownGraphs = new Set<string>(EMBEDDED_GRAPHS);

  constructor(
    private readonly factory: ProviderFactory,
    private readonly agents: Agents,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  provider(name: string | undefined): string {
    if (name === undefined) return NONE;
    return this.known().has(name) ? name : OTHER;
  }

  model(provider: string | undefined, name: string | undefined): string {
    if (provider === undefined || name === undefined) return NONE;
    return this.known().get(provider)?.has(name) === true ? name : OTHER;
  }

  /** @param id absent: there is no such agent */
  agent(id: string | undefined): string {
    return shown(this.shownAgents, id, () => this.agents.list().some((agent) => agent.id === id));
  }

  graph(name: string | undefined): string {
    return shown(this.shownGraphs, name, () => this.agents.list().some(({ graph }) => graph === name));
  }

  private known(): ReadonlyMap<string, ReadonlySet<string>> {
    this.models ??= new Map([...this.factory.names(), GRAPH_MODELS].map((name) => [name, this.modelsOf(name)]));
    return this.models;
  }

  /** Those of its catalogue, and those that have a price. */
  private modelsOf(name: string): ReadonlySet<string> {
    const { factory, configuration } = this;
    const providers = [
      ...(factory.speechNames().includes(name) ? [factory.speechProvider(name)] : []),
      ...(factory.transcriptionNames().includes(name) ? [factory.transcriptionProvider(name)] : []),
    ];
    const listed = providers.flatMap(({ capabilities }) => capabilities.models.map(({ id }) => id));
    const priced = Object.keys(configuration.prices[name] ?? {}).filter((model) => model !== '*');
    return new Set([...listed, ...priced]);
  }
}

function shown(names: Set<string>, name: string | undefined, isConfigured: () => boolean): string {
  if (name === undefined) return NONE;
  if (names.has(name)) return name;
  if (names.size >= MOST_NAMES || !isConfigured()) return OTHER;
  names.add(name);
  return name;
}
