import type { BaseCheckpointSaver, Command, Overwrite } from '@langchain/langgraph';
import type { BaseMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { VoiceTools } from '../tools/voice-tools.js';
import type { Reply, TurnInput } from './reply.types.js';
import type { VoiceTurnState } from './voice-turn-state.js';

/** What a graph is given, and what is read of what it gives back. `turn` and `reply` are never remembered. */
export interface TurnState {
  messages: BaseMessage[];
  turn: TurnInput;
  reply?: Reply | null;
}

/** Any memory of LangGraph; ours knows a little more. */
export interface TurnMemory extends BaseCheckpointSaver {
  /**
   * Whether a turn has to look at what is there before it goes on from it: a step has begun after the latest checkpoint
   * (none has where the graph has come to its end), or the turn may be in it already.
   */
  concerns?(config: RunnableConfig, turn: string): Promise<boolean>;
}

/** A turn whose words take another place among those before them: this is the whole conversation. */
export type WordsAnew = Omit<TurnState, 'messages'> & { messages: Overwrite<BaseMessage[]> };

/** What a graph that waits for an answer goes on with. It changes nothing else in any state, and goes nowhere by itself. */
export type Answer = Command<unknown, Record<string, never>, never>;

/** One node of the step at which a graph stands. */
interface TaskState {
  interrupts: readonly { value?: unknown }[];
  result?: unknown;
  error?: unknown;
}

/** As much of what a graph remembers as is used. */
export interface GraphState {
  values: { messages?: BaseMessage[] };
  tasks: readonly TaskState[];
}

/** As much of a compiled LangGraph graph as is used. */
export interface TurnGraph {
  checkpointer?: TurnMemory | boolean | undefined;
  /** A copy, with these settings on top. */
  withConfig?(config: Record<string, never>): TurnGraph;
  updateState?(config: RunnableConfig, values: Pick<TurnState, 'messages'>, asNode: string): Promise<unknown>;
  /** Of a graph that cannot be asked, nobody knows whether it waits for an answer. */
  getState?(config: RunnableConfig): Promise<GraphState>;
  invoke(input: TurnState | WordsAnew | Answer, config: RunnableConfig & { durability: 'exit' }): Promise<Partial<TurnState>>;
}

/** What a graph is made with. */
export interface GraphKit {
  /** The state of a turn, to build a graph on: `messages` is remembered, `turn` and `reply` are not. */
  state: VoiceTurnState;
  /** `speak_reply`, `transcribe_audio` and `voice_capabilities`. */
  tools: VoiceTools;
  /** Remembers conversations: in Redis where there is one, else in memory. */
  memory: BaseCheckpointSaver;
}

/** Makes a graph, once in a process, when the first turn wants it. */
export type GraphFactory = (kit: GraphKit) => TurnGraph | Promise<TurnGraph>;
