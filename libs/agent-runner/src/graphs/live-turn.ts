import { ParlanceError } from '@parlance/contracts';
import type { Transcription } from '@parlance/voice';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { Agent } from '../agents/agent.types.js';
import type { Reply, TurnInput } from './reply.types.js';

/** Where a graph's nodes and tools find the turn: in `config.configurable`, which is not remembered. */
const KEY = 'parlance_turn';

/** The turn that a graph is deciding about, as its tools see it. */
export class LiveTurn {
  /** What `speak_reply` has said. */
  reply: Reply | undefined;
  private readonly said: string[] = [];

  constructor(
    readonly agent: Agent,
    readonly input: TurnInput,
    /** Transcribes the recording the turn came with; absent: it came as text. */
    readonly transcribe?: (language?: string) => Promise<Transcription>,
  ) {}

  /** Of several calls all words are said, in their order; the latest voice and style that were given are those of all. */
  speak(reply: Omit<Reply, 'speak'> & { text: string }): void {
    // Models repeat calls, and nodes that have failed are tried again: the same words are meant once.
    if (!this.said.includes(reply.text)) this.said.push(reply.text);
    this.reply = { ...this.reply, ...reply, speak: true, text: this.said.join('\n') };
  }

  /** For the configuration of a run. */
  get configurable(): Record<string, unknown> {
    return { [KEY]: this };
  }
}

/** @throws ParlanceError `unsupported` for a graph that was not started by an AgentRunner */
export function liveTurn(config: RunnableConfig | undefined): LiveTurn {
  const turn: unknown = config?.configurable?.[KEY];
  if (turn instanceof LiveTurn) return turn;
  throw new ParlanceError(
    'unsupported',
    'The voice tools work in graphs that AgentRunner runs: register the graph with AgentRunnerModule.',
  );
}

/**
 * What a graph is told of the turn, from the `config` of a node or tool: the same as `turn` of its state, which is not
 * there where the graph goes on after an interrupt.
 * @throws ParlanceError `unsupported` for a graph that was not started by an AgentRunner
 */
export function turnOf(config: RunnableConfig | undefined): TurnInput {
  return liveTurn(config).input;
}
