import { ParlanceError } from '@parlance/contracts';
import type { RunnableConfig } from '@langchain/core/runnables';
import type { Reply } from './reply.types.js';
import type { Answer, TurnGraph, TurnState } from './graph.types.js';

/** LangGraph's own constant would have all of it loaded. */
const INTERRUPT = '__interrupt__';

/**
 * What a graph is run with: the turn; or, where it has asked something (`interrupt` of LangGraph) and waits, the answer.
 * What was said is then for the graph to use: among its messages it might stand between the call of a tool and the
 * tool's own answer. If several of its nodes wait, all get it.
 */
export async function inputOrAnswer(graph: TurnGraph, input: TurnState, config: RunnableConfig): Promise<TurnState | Answer> {
  if (!(await waitsForAnswer(graph, config))) return input;
  const { Command } = await import('@langchain/langgraph');
  return new Command({ resume: input.messages.at(-1)?.content });
}

/** Whether it has asked something that a person was told, to which the next message is the answer. */
export async function waitsForAnswer(graph: TurnGraph, config: RunnableConfig): Promise<boolean> {
  // `true` and `false` stand for the memory of another graph, and for none.
  if (typeof graph.checkpointer !== 'object') return false;
  // What a graph has asked is such a write. Without one nothing needs to be decoded, which a turn would feel.
  if ((await graph.checkpointer.hasWrites?.(config)) === false) return false;
  const state = await graph.getState?.(config);
  // One that has failed with its answer would be given the same answer again for ever: it begins anew.
  if (state === undefined || state.tasks.some(({ error }) => error !== undefined)) return false;
  const asked = state.tasks.flatMap(({ interrupts, result }) => (result === undefined ? interrupts : []));
  // What nobody could be told, nobody answers: it begins anew as well.
  return asked.length > 0 && asked.every(({ value }) => isText(value) || isReply(value));
}

/**
 * @param state what a run has given
 * @returns what the graph asks instead of answering; `undefined`: nothing
 * @throws ParlanceError `server` for a question that cannot be told to a person
 */
export function questionOf(state: object): Reply | undefined {
  const { [INTERRUPT]: interrupts = [] } = state as { [INTERRUPT]?: readonly { value?: unknown }[] };
  const asked = interrupts.map(({ value }) => replyOf(value));
  const [first] = asked;
  if (first === undefined) return undefined;
  return { ...first, speak: asked.some(({ speak }) => speak), text: asked.map(({ text }) => text).join('\n') };
}

function replyOf(asked: unknown): Reply {
  if (isText(asked)) return { speak: false, text: asked };
  if (isReply(asked)) return asked;
  throw new ParlanceError(
    'server',
    "The agent's graph has asked (interrupt) something that is neither a text nor a reply ({ speak, text, voice, style }): nobody can be told.",
    { reason: 'graph_failed' },
  );
}

function isText(asked: unknown): asked is string {
  return typeof asked === 'string' && asked !== '';
}

function isReply(asked: unknown): asked is Reply {
  const { speak, text, voice = '', style = '' } = (asked ?? {}) as Partial<Record<keyof Reply, unknown>>;
  return typeof speak === 'boolean' && isText(text) && [voice, style].every((each) => typeof each === 'string');
}
