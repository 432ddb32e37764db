import { ParlanceError } from '@parlance/contracts';
import type { GraphState } from './graph.types.js';
import { wrongInReply } from './reply-check.js';
import type { Reply } from './reply.types.js';

/** LangGraph's own constant would have all of it loaded. */
const INTERRUPT = '__interrupt__';

/** Whether a graph has asked something that a person was told, to which the next message is the answer. */
export function isAsked({ tasks }: GraphState): boolean {
  // One that has failed with its answer would be given the same answer again for ever: it begins anew.
  if (tasks.some(({ error }) => error !== undefined)) return false;
  const asked = tasks.flatMap(({ interrupts, result }) => (result === undefined ? interrupts : []));
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
  return typeof asked === 'string' && asked.trim() !== '';
}

function isReply(asked: unknown): asked is Reply {
  return wrongInReply(asked) === undefined && isText((asked as Reply).text);
}
