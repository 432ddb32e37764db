import { InvalidRequestError, NotFoundError } from '@parlance/contracts';
import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { Agent } from './agent.types.js';
import type { AgentFiles, FileProblems } from './agent-files.js';
import { DEMO_AGENT } from './demo-agent.js';
import { readAgent, type AgentContext, type ReadAgent, type ReadAgentOptions } from './read-agent.js';
import { readAgentFile } from './read-agent-file.js';

/** What an agent of a request is called unless it says so itself. */
const INLINE = 'inline';
/** So many are told of in one message. */
const MOST_PROBLEMS = 50;

/**
 * The agents there are, by id: those the application registers go before those of files, and these before the built-in
 * one. What `get` gives is as it is at that moment: a changed file makes a new agent.
 */
@Injectable()
export class Agents implements OnModuleInit, OnModuleDestroy {
  private readonly builtIn: ReadonlyMap<string, Agent>;
  private readonly registered = new Map<string, Agent>();

  /**
   * @param files absent: there are none to read
   * @param onChange told of all agents once they are read, and whenever there are others than before
   */
  constructor(
    private readonly context: AgentContext = {},
    private readonly files?: AgentFiles,
    private readonly onChange?: (agents: readonly Agent[]) => void,
  ) {
    const demo = this.read(DEMO_AGENT);
    this.builtIn = new Map([[demo.id, demo]]);
  }

  async onModuleInit(): Promise<void> {
    this.files?.onChange(() => this.changed());
    await this.files?.open();
    this.changed();
  }

  async onModuleDestroy(): Promise<void> {
    await this.files?.close();
  }

  /** @throws NotFoundError that lists which there are */
  get(id: string): Agent {
    const agent = this.find(id);
    if (agent === undefined)
      throw new NotFoundError('agent', id, [...this.all().keys()].toSorted(), { param: 'agent', reason: 'agent_not_found' });
    return agent;
  }

  /** `undefined` for one that is not there. Looks at no other: whatever comes in is asked for by its agent. */
  find(id: string): Agent | undefined {
    return this.registered.get(id) ?? this.files?.agents().get(id) ?? this.builtIn.get(id);
  }

  /** By id. */
  list(): readonly Agent[] {
    return [...this.all().values()].toSorted((left, right) => (left.id < right.id ? -1 : 1));
  }

  /** The name of the file that a known agent comes from; `undefined` for one that comes from none. */
  fileOf(id: string): string | undefined {
    return this.registered.has(id) ? undefined : this.files?.fileOf(id);
  }

  /** What a file anywhere would be read as; it is not kept. */
  async readFile(path: string): Promise<ReadAgent> {
    return readAgentFile(path, this.context);
  }

  /** The files that cannot be used as they are. */
  problems(): readonly FileProblems[] {
    return this.files?.problems() ?? [];
  }

  /**
   * Adds an agent of the application, or puts it in the place of the one with its id.
   * @param id where the agent has none itself
   * @throws InvalidRequestError with everything that is wrong
   */
  register(value: unknown, id?: string): Agent {
    const agent = this.read(value, id);
    this.registered.set(agent.id, agent);
    this.changed();
    return agent;
  }

  /**
   * An agent of the application that is not kept; default id `inline`.
   * @throws InvalidRequestError with everything that is wrong
   */
  read(value: unknown, id: string = INLINE): Agent {
    return this.checked(value, { source: 'application', id });
  }

  /**
   * An agent that came with a request and is for it alone: it can say nothing about keys and addresses; default id
   * `inline`.
   * @param param what the request calls it
   * @throws InvalidRequestError with everything that is wrong
   */
  fromRequest(value: unknown, id: string = INLINE, param = 'agent'): Agent {
    return this.checked(value, { source: 'request', id }, param);
  }

  private changed(): void {
    this.onChange?.(this.list());
  }

  private checked(value: unknown, options: Pick<ReadAgentOptions, 'source' | 'id'>, param = 'agent'): Agent {
    const { agent, problems } = readAgent(value, { ...this.context, ...options });
    if (agent !== undefined) return agent;
    const told = problems.slice(0, MOST_PROBLEMS).join('; ');
    const others = problems.length > MOST_PROBLEMS ? `; and ${problems.length - MOST_PROBLEMS} more` : '';
    throw new InvalidRequestError(`The agent cannot be used: ${told}${others}.`, param, { reason: 'invalid_agent' });
  }

  private all(): ReadonlyMap<string, Agent> {
    return new Map([...this.builtIn, ...(this.files?.agents() ?? []), ...this.registered]);
  }
}
