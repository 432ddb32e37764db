import { RemoveMessage, type BaseMessage } from '@langchain/core/messages';

/** So many of the latest messages, beginning with one of the person, and never without the last of theirs. */
export function latest(messages: readonly BaseMessage[], depth: number): readonly BaseMessage[] {
  const made = sincePerson(messages).length + 1;
  const start = Math.max(0, messages.length - Math.max(depth, made));
  const first = messages.findIndex((message, index) => index >= start && message.type === 'human');
  return first < 0 ? messages : messages.slice(first);
}

/** What the graph has said and done since the person's last message. */
function sincePerson(messages: readonly BaseMessage[]): readonly BaseMessage[] {
  return messages.slice(messages.findLastIndex(({ type }) => type === 'human') + 1);
}

/** An update of a state that takes these messages from the conversation. */
function removed(messages: readonly BaseMessage[]): RemoveMessage[] {
  return messages.flatMap(({ id }) => (id === undefined ? [] : [new RemoveMessage({ id })]));
}

/** An update of a conversation: an answer to what was said, and all but so many of the latest messages are forgotten. */
export function answered(said: readonly BaseMessage[], answer: BaseMessage, depth: number): BaseMessage[] {
  const { length } = latest([...said, answer], depth);
  return [...removed(said.slice(0, said.length + 1 - length)), answer];
}
