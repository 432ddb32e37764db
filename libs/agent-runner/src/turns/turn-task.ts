import { randomUUID } from 'node:crypto';
import { InvalidRequestError } from '@parlance/contracts';
import type { Agent } from '../agents/agent.types.js';
import type { Turn } from './turn.types.js';

/** A recording as it came, or as it is stored. */
export interface TurnRecording {
  audio?: Uint8Array;
  filename?: string;
  fileId?: string;
}

/** A turn with everything decided that the graph does not decide. */
export interface TurnTask extends Pick<Turn, 'text' | 'user' | 'format' | 'urlSeconds' | 'origin'> {
  agent: Agent;
  id: string;
  thread: string;
  recording?: TurnRecording;
  delivery: 'file' | 'chunks';
  /** The same for all turns of a conversation, and for no other. */
  threadName: string;
}

const NAME_CHARACTERS = 256;

/**
 * @param inline whether the agent came with the message: it has conversations of its own, whatever it calls itself
 * @throws InvalidRequestError naming the field and what it takes
 */
export function prepareTurn(turn: Turn, agent: Agent, inline: boolean): TurnTask {
  const { text, user, format, urlSeconds, origin, delivery = 'file', id = randomUUID(), thread = randomUUID() } = turn;
  for (const [name, value] of Object.entries({ id, thread })) {
    if (value.length < 1 || value.length > NAME_CHARACTERS) {
      throw new InvalidRequestError(`'${name}' must have 1 to ${NAME_CHARACTERS} characters.`, name);
    }
  }
  const recording = recordingOf(turn);
  if (text !== undefined && text.trim() === '') throw new InvalidRequestError("'text' is empty: there is nothing to answer.", 'text');
  return {
    agent,
    id,
    thread,
    delivery,
    threadName: JSON.stringify([agent.tenant, ...(inline ? ['inline'] : []), agent.id, thread]),
    ...(text !== undefined && { text }),
    ...(recording !== undefined && { recording }),
    ...(user !== undefined && { user }),
    ...(format !== undefined && { format }),
    ...(urlSeconds !== undefined && { urlSeconds }),
    ...(origin !== undefined && { origin }),
  };
}

function recordingOf({ text, audio, fileId, filename }: Turn): TurnRecording | undefined {
  const given = [text, audio, fileId].filter((one) => one !== undefined).length;
  if (given !== 1) throw new InvalidRequestError("Send one message: 'text', a recording, or the 'fileId' of one.", 'text');
  if (text !== undefined) return undefined;
  return { ...(audio !== undefined && { audio }), ...(fileId !== undefined && { fileId }), ...(filename !== undefined && { filename }) };
}
