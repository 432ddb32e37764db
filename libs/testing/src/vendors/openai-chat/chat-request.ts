import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { unknownFields } from '../captured-request.js';
import { expectMessages } from './chat-messages.js';
import { expectToolChoice, expectTools } from './chat-tools.js';
import {
  ChatRefusal,
  expectArray,
  expectObject,
  expectOneOf,
  expectString,
  invalidValue,
  wrongType,
  type JsonObject,
} from './chat.errors.js';

/** A request with which everything is right. */
export type ChatRequest = ChatCompletionCreateParams;

const fields = [
  'model messages tools tool_choice parallel_tool_calls stream stream_options response_format stop n seed user',
  'temperature top_p frequency_penalty presence_penalty max_tokens max_completion_tokens logprobs top_logprobs logit_bias',
  'metadata store service_tier reasoning_effort verbosity modalities audio prediction safety_identifier web_search_options',
  'prompt_cache_key prompt_cache_retention prompt_cache_options moderation',
].flatMap((names) => names.split(' '));
const decimals: readonly (readonly [string, number, number])[] = [
  ['temperature', 0, 2],
  ['top_p', 0, 1],
  ['frequency_penalty', -2, 2],
  ['presence_penalty', -2, 2],
];
const integers: readonly (readonly [string, number, number])[] = [
  ['max_tokens', 1, 1_000_000],
  ['max_completion_tokens', 1, 1_000_000],
  ['n', 1, 1],
  ['top_logprobs', 0, 20],
  ['seed', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
];
const flags = ['stream', 'parallel_tool_calls', 'logprobs', 'store'];
/** They think before they speak, and take less. */
const reasoningModel = /^(?:gpt-5|o\d)/;

/** @throws ChatRefusal unless OpenAI would answer it */
export function readChatRequest(body: JsonObject, models: readonly string[]): ChatRequest {
  const [unknown] = unknownFields(body, fields);
  if (unknown !== undefined) throw new ChatRefusal(400, `Unknown parameter: '${unknown}'.`, 'unknown_parameter', unknown);
  const model = expectString(body['model'] ?? '', 'model');
  if (model === '') throw new ChatRefusal(400, 'you must provide a model parameter');
  if (!models.includes(model)) {
    throw new ChatRefusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found');
  }
  expectMessages(body['messages']);
  const offered = expectTools(body['tools']);
  expectToolChoice(body['tool_choice'], offered);
  if (body['parallel_tool_calls'] !== undefined && offered.length === 0) {
    const message = "Invalid value for 'parallel_tool_calls': 'parallel_tool_calls' is only allowed when 'tools' are specified.";
    throw new ChatRefusal(400, message, null, 'parallel_tool_calls');
  }
  expectNumbers(body);
  expectFormats(body);
  if (reasoningModel.test(model)) expectLess(body);
  return body as unknown as ChatRequest;
}

/** `null` stands for the default of every one of them. */
function expectNumbers(body: JsonObject): void {
  for (const [kind, limits] of [['decimal', decimals] as const, ['integer', integers] as const]) {
    for (const [name, least, most] of limits) {
      const value = body[name] ?? undefined;
      if (value === undefined) continue;
      if (typeof value !== 'number') throw wrongType(name, `a ${kind}`, value);
      if (kind === 'integer' && !Number.isInteger(value)) throw wrongType(name, 'an integer', value);
      if (value < least) throw outside(name, kind, `below minimum value. Expected a value >= ${least}`, value);
      if (value > most) throw outside(name, kind, `above maximum value. Expected a value <= ${most}`, value);
    }
  }
  for (const name of flags) {
    const value = body[name] ?? false;
    if (typeof value !== 'boolean') throw wrongType(name, 'a boolean', value);
  }
}

function outside(name: string, kind: string, problem: string, value: number): ChatRefusal {
  const code = `${kind}_${problem.startsWith('below') ? 'below_min' : 'above_max'}_value`;
  return invalidValue(name, `${kind} ${problem}, but got ${value} instead.`, code);
}

function expectFormats(body: JsonObject): void {
  const { stream_options: options = null, response_format: format, stop = null, stream } = body;
  if (options !== null) {
    if (stream !== true) {
      throw new ChatRefusal(400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.", null, 'stream_options');
    }
    expectObject(options, 'stream_options', ['include_usage', 'include_obfuscation']);
  }
  if (format !== undefined) {
    expectOneOf(expectObject(format, 'response_format')['type'], 'response_format.type', ['text', 'json_object', 'json_schema']);
  }
  if (Array.isArray(stop)) for (const [index, word] of expectArray(stop, 'stop', 4).entries()) expectString(word, `stop[${index}]`);
  else if (stop !== null) expectString(stop, 'stop');
}

function expectLess({ temperature = null, max_tokens: limit = null }: JsonObject): void {
  if (limit !== null) {
    const message = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    throw new ChatRefusal(400, message, 'unsupported_parameter', 'max_tokens');
  }
  if (temperature === null || temperature === 1) return;
  const message = "Unsupported value: 'temperature' does not support this value with this model. Only the default (1) value is supported.";
  throw new ChatRefusal(400, message, 'unsupported_value', 'temperature');
}
