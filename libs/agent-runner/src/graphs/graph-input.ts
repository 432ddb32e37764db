import type { RunnableConfig } from '@langchain/core/runnables';
import type { Answer, GraphState, TurnGraph, TurnState, WordsAnew } from './graph.types.js';
import { isAsked } from './interrupts.js';

/**
 * What a graph is run with: the turn; or, where it has asked something (`interrupt` of LangGraph) and waits, the answer.
 * What was said is then for the graph to use: among its messages it might stand between the call of a tool and the
 * tool's own answer. If several of its nodes wait, all get it.
 */
export async function inputOrAnswer(graph: TurnGraph, input: TurnState, config: RunnableConfig): Promise<TurnState | WordsAnew | Answer> {
  const state = await stateBefore(graph, input, config);
  if (state === undefined) return input;
  if (isAsked(state)) {
    const { Command } = await import('@langchain/langgraph');
    return new Command({ resume: input.messages.at(-1)?.content });
  }
  return saidAnew(input, state);
}

/** Whether it has asked something that a person was told, to which the turn is the answer. */
export async function waitsForAnswer(graph: TurnGraph, input: TurnState, config: RunnableConfig): Promise<boolean> {
  const state = await stateBefore(graph, input, config);
  return state !== undefined && isAsked(state);
}

/** @returns `undefined` where the turn goes on from there like any other */
async function stateBefore(graph: TurnGraph, { turn }: TurnState, config: RunnableConfig): Promise<GraphState | undefined> {
  // `true` and `false` stand for the memory of another graph, and for none.
  if (typeof graph.checkpointer !== 'object') return undefined;
  // Mostly nothing needs to be decoded, which a turn would feel.
  if ((await graph.checkpointer.concerns?.(config, turn.id)) === false) return undefined;
  return graph.getState?.(config);
}

/**
 * A turn that has failed and is sent again is said now: its words go behind what was said since. LangGraph would put them
 * where they were before, and a model would answer its own last words.
 */
async function saidAnew(input: TurnState, { values }: GraphState): Promise<TurnState | WordsAnew> {
  const { messages: before = [] } = values;
  const isOwn = ({ id }: { id?: string | undefined }) => id === input.turn.id;
  if (!before.slice(0, -1).some(isOwn)) return input;
  const { Overwrite } = await import('@langchain/langgraph');
  return { ...input, messages: new Overwrite([...before.filter((message) => !isOwn(message)), ...input.messages]) };
}
