import { AIMessage } from '@langchain/core/messages';
import { END, START, StateGraph } from '@langchain/langgraph';
import { answered } from './latest-messages.js';
import { textOf } from './message-text.js';
import type { GraphKit, TurnGraph } from './graph.types.js';
import type { TurnInput } from './reply.types.js';

/** Messages of a conversation. It needs none, but an agent may be given another graph. */
const REMEMBERED = 20;

/**
 * Repeats what it is told: the whole road without a model or a network. It is spoken as the agent's `intent_*` settings
 * say; with `graph_settings: { voice_for_voice: true }` also when the message came as voice.
 */
export function echoGraph({ state, memory }: GraphKit): TurnGraph {
  return new StateGraph(state)
    .addNode('repeat', ({ messages, turn }) => {
      const text = textOf(messages.at(-1));
      return { messages: answered(messages, new AIMessage(text), REMEMBERED), reply: { speak: isSpoken(text, turn), text } };
    })
    .addEdge(START, 'repeat')
    .addEdge('repeat', END)
    .compile({ checkpointer: memory });
}

function isSpoken(text: string, { via, intent: { mode, keywords, speakOnKeywords }, settings }: TurnInput): boolean {
  if (mode === 'always') return true;
  if (via === 'voice' && settings['voice_for_voice'] === true) return true;
  if (mode === 'disabled' || !speakOnKeywords) return false;
  const said = text.toLocaleLowerCase();
  return keywords.some((keyword) => said.includes(keyword.toLocaleLowerCase()));
}
