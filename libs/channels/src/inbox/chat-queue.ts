import type { IncomingMessage } from '../channel.types.js';
import type { QueueMeasure } from './queue-measure.js';

/** Takes messages and sees to it that they are answered: nobody waits for that. */
export interface ChatQueue {
  /** A message that came before is passed over. Resolves when the message is safe. */
  put(message: IncomingMessage): Promise<void>;
  /** Of conversations in which something waits or is being answered. @throws while Redis, which has them, is away */
  measure(): Promise<QueueMeasure>;
  /** Begins to answer. */
  start(): void;
  /** What is being answered is given so long, in milliseconds. */
  stop(graceMilliseconds: number): Promise<void>;
}

/** The injection token has the name of the port. */
export const ChatQueue = Symbol('ChatQueue');

/** The conversation of a message, over all bots and platforms. */
export function chatOf({ channel, agent, chat }: IncomingMessage): string {
  return JSON.stringify([channel, agent, chat]);
}
