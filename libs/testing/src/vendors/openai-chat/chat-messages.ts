import { FUNCTION_NAME } from './chat-tools.js';
import {
  ChatRefusal,
  expectArray,
  expectObject,
  expectOneOf,
  expectString,
  invalidParameter,
  invalidValue,
  missing,
  type JsonObject,
} from './chat.errors.js';

const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content', 'name'],
  developer: ['role', 'content', 'name'],
  user: ['role', 'content', 'name'],
  assistant: ['role', 'content', 'name', 'tool_calls', 'refusal', 'annotations', 'audio', 'function_call'],
  tool: ['role', 'content', 'name', 'tool_call_id'],
};
const partsOf: Readonly<Record<string, readonly string[]>> = {
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
};
const personName = /^[^\s<|\\/>]+$/;
const longestCallId = 40;

/** @throws ChatRefusal unless OpenAI takes the conversation: its messages one by one, and their order */
export function expectMessages(value: unknown): void {
  if (value === undefined) throw missing('messages');
  const messages = expectArray(value, 'messages').map((message, index) => expectMessage(message, `messages[${index}]`));
  expectAnsweredCalls(messages);
}

function expectMessage(value: unknown, place: string): JsonObject {
  const message = expectObject(value, place);
  const role = expectOneOf(message['role'], `${place}.role`, Object.keys(fieldsOf));
  expectObject(message, place, fieldsOf[role]);
  if (message['name'] !== undefined) expectString(message['name'], `${place}.name`, personName);
  const calls = message['tool_calls'];
  if (calls !== undefined) expectCalls(calls, `${place}.tool_calls`);
  if (role === 'tool') expectString(message['tool_call_id'], `${place}.tool_call_id`);
  // Only who calls a tool, or declines, may say nothing.
  const silent = (message['content'] ?? null) === null;
  if (!silent || (calls === undefined && typeof message['refusal'] !== 'string')) {
    expectContent(message['content'], `${place}.content`, partsOf[role] ?? ['text']);
  }
  return message;
}

function expectContent(content: unknown, place: string, parts: readonly string[]): void {
  if (content === null) throw new ChatRefusal(400, "Invalid value for 'content': expected a string, got null.", null, place);
  if (!Array.isArray(content)) return void expectString(content, place);
  for (const [index, part] of expectArray(content, place).entries()) {
    const partPlace = `${place}[${index}]`;
    const { type, ...rest } = expectObject(part, partPlace);
    const kind = expectOneOf(type, `${partPlace}.type`, parts);
    if (kind === 'text' || kind === 'refusal') expectString(rest[kind], `${partPlace}.${kind}`);
    else expectObject(rest[kind], `${partPlace}.${kind}`);
  }
}

function expectCalls(calls: unknown, place: string): void {
  for (const [index, value] of expectArray(calls, place, 128).entries()) {
    const call = expectObject(value, `${place}[${index}]`, ['id', 'type', 'function']);
    const id = expectString(call['id'], `${place}[${index}].id`);
    if (id === '' || id.length > longestCallId) {
      const message = `string of a wrong length. Expected a string of 1 to ${longestCallId} characters.`;
      throw invalidValue(`${place}[${index}].id`, message, id === '' ? 'string_below_min_length' : 'string_above_max_length');
    }
    expectOneOf(call['type'], `${place}[${index}].type`, ['function']);
    const called = expectObject(call['function'], `${place}[${index}].function`, ['name', 'arguments']);
    expectString(called['name'], `${place}[${index}].function.name`, FUNCTION_NAME);
    expectString(called['arguments'], `${place}[${index}].function.arguments`);
  }
}

/** Tool messages follow the calls that they answer, and every call is answered before anything else is said. */
function expectAnsweredCalls(messages: readonly JsonObject[]): void {
  let called: string[] | undefined;
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message['role'] === 'tool') {
      const id = String(message['tool_call_id']);
      if (called === undefined) {
        const reason = "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
        throw invalidParameter(reason, `messages.[${index}].role`);
      }
      if (!open.delete(id)) {
        const reason = `'tool_call_id' of '${id}' not found in 'tool_calls' of previous message.`;
        throw invalidParameter(reason, `messages.[${index}].tool_call_id`);
      }
    } else {
      expectNoneOpen(open, index);
      called = (message['tool_calls'] as { id: string }[] | undefined)?.map(({ id }) => id);
      open = new Set(called);
    }
  }
  expectNoneOpen(open, messages.length);
}

function expectNoneOpen(open: ReadonlySet<string>, index: number): void {
  if (open.size === 0) return;
  throw new ChatRefusal(
    400,
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. " +
      `The following tool_call_ids did not have response messages: ${[...open].join(', ')}`,
    null,
    `messages.[${index}].role`,
  );
}
