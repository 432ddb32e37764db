import type { ChatCompletion, ChatCompletionChunk, CompletionUsage } from 'openai/resources';
import type { StandInReply } from '../fault.js';
import type { ChatRequest } from './chat-request.js';

export interface ChatToolCall {
  name: string;
  /** An object is sent as JSON, a string as it is: also what is no JSON. */
  arguments: object | string;
  /** Default: one that no other call has. */
  id?: string;
}

/** What the model says. Without text and calls it says nothing. */
export interface ChatReply {
  text?: string;
  toolCalls?: readonly ChatToolCall[];
  /** Default: `tool_calls` if it calls any, else `stop`. */
  finishReason?: 'stop' | 'length' | 'content_filter' | 'tool_calls';
}

interface Choice {
  text: string | null;
  calls: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  finish: ChatCompletion.Choice['finish_reason'];
}

type Delta = ChatCompletionChunk.Choice.Delta;

/** The numbers of what was sent so far: ids differ, and are the same in every run. */
export interface ChatNumbers {
  completions: number;
  calls: number;
}

/** The reply as OpenAI sends it: whole, or as a stream of events if the request wants one. */
export function sendReply(request: ChatRequest, reply: ChatReply, numbers: ChatNumbers): StandInReply {
  const calls = (reply.toolCalls ?? []).map(({ name, arguments: given, id = numbered('call_', ++numbers.calls) }) => {
    const text = typeof given === 'string' ? given : JSON.stringify(given);
    return { id, type: 'function' as const, function: { name, arguments: text } };
  });
  const text = reply.text ?? (calls.length > 0 ? null : '');
  const choice: Choice = { text, calls, finish: reply.finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop') };
  const head = {
    id: numbered('chatcmpl-', ++numbers.completions),
    created: Math.floor(Date.now() / 1000),
    model: request.model,
    service_tier: 'default' as const,
    system_fingerprint: 'fp_0123456789',
  };
  const usage = countUsage(request, choice);
  const headers = { 'x-request-id': numbered('req_', numbers.completions) };
  if (request.stream !== true) {
    const body = JSON.stringify({ ...completion(choice), ...head, usage });
    return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body };
  }
  const wantsUsage = request.stream_options?.include_usage === true;
  const events: object[] = chunks(choice).map((chunk) => ({ ...chunk, ...head, ...(wantsUsage ? { usage: null } : {}) }));
  if (wantsUsage) events.push({ object: 'chat.completion.chunk', choices: [], ...head, usage });
  const body = [...events.map((event) => `data: ${JSON.stringify(event)}\n\n`), 'data: [DONE]\n\n'];
  return { status: 200, headers: { ...headers, 'content-type': 'text/event-stream; charset=utf-8' }, body };
}

function completion({ text, calls, finish }: Choice): Pick<ChatCompletion, 'object' | 'choices'> {
  const message = {
    role: 'assistant' as const,
    content: text,
    refusal: null,
    annotations: [],
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return { object: 'chat.completion', choices: [{ index: 0, message, logprobs: null, finish_reason: finish }] };
}

/** Text comes word by word; a call comes with its name first, and its arguments in pieces that are no JSON. */
function chunks({ text, calls, finish }: Choice): Pick<ChatCompletionChunk, 'object' | 'choices'>[] {
  const words = text?.match(/\s*\S+\s*$|\s*\S+|\s+/gu) ?? [];
  const deltas: Delta[] = [
    { role: 'assistant', content: text === null ? null : '', refusal: null },
    ...words.map((content) => ({ content })),
    ...calls.flatMap((call, index) => [
      { tool_calls: [{ index, ...call, function: { ...call.function, arguments: '' } }] },
      ...(call.function.arguments.match(/[\s\S]{1,7}/gu) ?? []).map((piece) => ({
        tool_calls: [{ index, function: { arguments: piece } }],
      })),
    ]),
  ];
  const chunk = (delta: Delta, reason: Choice['finish'] | null) => ({
    object: 'chat.completion.chunk' as const,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
  });
  return [...deltas.map((delta) => chunk(delta, null)), chunk({}, finish)];
}

/** A token is a word, roughly. */
function countUsage({ messages, tools = [] }: ChatRequest, { text, calls }: Choice): CompletionUsage {
  const prompt = countWords(...messages.map(({ content }) => content), tools.length === 0 ? '' : tools);
  const answered = countWords(text, ...calls.flatMap((call) => [call.function.name, call.function.arguments]));
  return {
    prompt_tokens: prompt,
    completion_tokens: answered,
    total_tokens: prompt + answered,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

function countWords(...values: unknown[]): number {
  const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value ?? '')));
  return Math.max(1, texts.join(' ').match(/[\p{L}\p{N}]+/gu)?.length ?? 0);
}

function numbered(prefix: string, number: number): string {
  return prefix + String(number).padStart(24, '0');
}
