import type { BaseMessage } from '@langchain/core/messages';

/** The words of a message, whatever else is in it; empty where there is none. */
export function textOf(message: BaseMessage | undefined): string {
  return message === undefined ? '' : message.text.trim();
}
