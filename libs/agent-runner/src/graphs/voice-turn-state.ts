import { MessagesValue, StateSchema, UntrackedValue } from '@langchain/langgraph';
import type { Reply, TurnInput } from './reply.types.js';

/**
 * The state of a turn. A conversation consists of messages alone: what one turn was told and has decided is not there
 * in the next, and never in a checkpoint.
 */
export function voiceTurnState() {
  return new StateSchema({
    messages: MessagesValue,
    turn: new UntrackedValue<TurnInput>(),
    reply: new UntrackedValue<Reply | null>(undefined, { guard: false }),
  });
}

export type VoiceTurnState = ReturnType<typeof voiceTurnState>;
