import { readChatRequest } from './chat-request.js';
import { ChatRefusal, type JsonObject } from './chat.errors.js';

const user = { role: 'user', content: 'Hello.' };
const call = (id: string) => ({ id, type: 'function', function: { name: 'weather', arguments: '{}' } });
const calling = (...ids: string[]) => ({ role: 'assistant', content: null, tool_calls: ids.map(call) });
const tool = (id: string) => ({ role: 'tool', tool_call_id: id, content: 'Rain.' });
const offered = (parameters: unknown, more: JsonObject = {}) => ({
  type: 'function',
  function: { name: 'weather', description: 'Tells the weather.', parameters, ...more },
});
const city = { type: 'object', properties: { city: { type: 'string' } } };

const read = (body: JsonObject) => readChatRequest({ model: 'gpt-4o', messages: [user], ...body }, ['gpt-4o', 'gpt-5']);

function refusalOf(body: JsonObject): { status: number; code: string | null; param: string | null; message: string } | undefined {
  try {
    read(body);
    return undefined;
  } catch (error) {
    if (error instanceof ChatRefusal) return error;
    throw error;
  }
}

describe('readChatRequest', () => {
  it.each<[string, JsonObject]>([
    ['no more than it needs', {}],
    [
      'every role',
      {
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'system', content: 'Be kind.' },
          user,
          { role: 'assistant', content: 'Yes.' },
          user,
        ],
      },
    ],
    ['answered calls, in any order', { messages: [user, calling('a', 'b'), { ...tool('b'), name: 'weather' }, tool('a'), user] }],
    ['calls one after the other, of the same id', { messages: [user, calling('a'), tool('a'), calling('a'), tool('a')] }],
    [
      'parts',
      {
        messages: [
          {
            role: 'user',
            name: 'Anna',
            content: [
              { type: 'text', text: 'Look.' },
              { type: 'image_url', image_url: { url: 'data:' } },
            ],
          },
        ],
      },
    ],
    ['a refusal', { messages: [user, { role: 'assistant', content: null, refusal: 'No.' }, user] }],
    ['a tool', { tools: [offered(city)], tool_choice: { type: 'function', function: { name: 'weather' } }, parallel_tool_calls: false }],
    ['a tool without parameters', { tools: [offered(undefined)], tool_choice: 'required' }],
    ['a strict tool', { tools: [offered({ ...city, required: ['city'], additionalProperties: false }, { strict: true })] }],
    ['numbers at their limits', { temperature: 2, top_p: 0, presence_penalty: -2, max_tokens: 1, n: 1, seed: -5 }],
    ['null for a default', { temperature: null, max_tokens: null, stream: null, stop: null, stream_options: null }],
    ['a stream', { stream: true, stream_options: { include_usage: true }, stop: ['END'], response_format: { type: 'json_object' } }],
    ['what a model that thinks takes', { model: 'gpt-5', temperature: 1, max_completion_tokens: 100, reasoning_effort: 'low' }],
  ])('takes %s', (_name, body) => {
    expect(refusalOf(body)).toBeUndefined();
  });

  it.each<[string, JsonObject, Partial<ReturnType<typeof refusalOf>>]>([
    ['an unknown parameter', { top_k: 3 }, { code: 'unknown_parameter', param: 'top_k' }],
    ['no model', { model: undefined }, { message: 'you must provide a model parameter' }],
    ['a model that is no string', { model: 4 }, { code: 'invalid_type', param: 'model' }],
    ['an unknown model', { model: 'gpt-9' }, { status: 404, code: 'model_not_found' }],
    ['no messages', { messages: undefined }, { code: 'missing_required_parameter', param: 'messages' }],
    ['an empty conversation', { messages: [] }, { code: 'empty_array', param: 'messages' }],
    ['messages that are no list', { messages: 'Hello.' }, { code: 'invalid_type', param: 'messages' }],
    ['a message that is no object', { messages: ['Hello.'] }, { code: 'invalid_type', param: 'messages[0]' }],
    ['an unknown role', { messages: [{ role: 'robot', content: '' }] }, { code: 'invalid_value', param: 'messages[0].role' }],
    ['no content', { messages: [{ role: 'user' }] }, { code: 'missing_required_parameter', param: 'messages[0].content' }],
    ['null for content', { messages: [user, { role: 'assistant', content: null }] }, { param: 'messages[1].content' }],
    ['an empty list of parts', { messages: [{ role: 'user', content: [] }] }, { code: 'empty_array' }],
    [
      'a part of another role',
      { messages: [{ role: 'system', content: [{ type: 'image_url' }] }] },
      { param: 'messages[0].content[0].type' },
    ],
    ['a part without its text', { messages: [{ role: 'user', content: [{ type: 'text' }] }] }, { param: 'messages[0].content[0].text' }],
    ['an unknown field', { messages: [{ ...user, id: 'm' }] }, { code: 'unknown_parameter', param: 'messages[0].id' }],
    ['a name with a space', { messages: [{ ...user, name: 'Anna B' }] }, { code: 'invalid_value', param: 'messages[0].name' }],
    [
      'an answer to nobody',
      { messages: [user, tool('a')] },
      { param: 'messages.[1].role', message: expect.stringContaining("a preceding message with 'tool_calls'") },
    ],
    ['an answer after other words', { messages: [calling('a'), tool('a'), user, tool('a')] }, { param: 'messages.[3].role' }],
    ['an answer to another call', { messages: [calling('a'), tool('b')] }, { param: 'messages.[1].tool_call_id' }],
    ['a second answer', { messages: [calling('a'), tool('a'), tool('a')] }, { param: 'messages.[2].tool_call_id' }],
    ['an answer without an id', { messages: [calling('a'), { role: 'tool', content: 'Rain.' }] }, { param: 'messages[1].tool_call_id' }],
    [
      'words before the answers',
      { messages: [calling('a', 'b'), tool('a'), user] },
      { param: 'messages.[2].role', message: expect.stringMatching(/response messages: b$/) },
    ],
    ['an end without the answers', { messages: [user, calling('a')] }, { param: 'messages.[2].role' }],
    ['no calls in their list', { messages: [calling()] }, { code: 'empty_array', param: 'messages[0].tool_calls' }],
    ['a call without an id', { messages: [calling('')] }, { code: 'string_below_min_length' }],
    [
      'a call with a long id',
      { messages: [calling('a'.repeat(41))] },
      { code: 'string_above_max_length', param: 'messages[0].tool_calls[0].id' },
    ],
    [
      'a call with an object',
      { messages: [{ ...calling(), tool_calls: [{ ...call('a'), function: { name: 'weather', arguments: {} } }] }] },
      { param: 'messages[0].tool_calls[0].function.arguments' },
    ],
    ['no tools in their list', { tools: [] }, { code: 'empty_array', param: 'tools' }],
    ['a tool of another type', { tools: [{ ...offered(city), type: 'custom' }] }, { param: 'tools[0].type' }],
    ['a tool with a dot', { tools: [offered(city, { name: 'weather.now' })] }, { code: 'invalid_value', param: 'tools[0].function.name' }],
    ['a tool with a long name', { tools: [offered(city, { name: 'w'.repeat(65) })] }, { param: 'tools[0].function.name' }],
    ['an unknown field of a tool', { tools: [offered(city, { schema: {} })] }, { param: 'tools[0].function.schema' }],
    [
      'parameters that are no object',
      { tools: [offered({ type: 'string' })] },
      { code: 'invalid_function_parameters', param: 'tools[0].function.parameters' },
    ],
    ['parameters without properties', { tools: [offered({ type: 'object' })] }, { code: 'invalid_function_parameters' }],
    [
      'a list of anything',
      { tools: [offered({ type: 'object', properties: { cities: { type: 'array' } } })] },
      { message: expect.stringContaining("('properties', 'cities'), array schema missing items") },
    ],
    ['a need for no property', { tools: [offered({ ...city, required: ['country'] })] }, { code: 'invalid_function_parameters' }],
    [
      'a strict tool that takes more',
      { tools: [offered({ ...city, required: ['city'] }, { strict: true })] },
      { code: 'invalid_function_parameters' },
    ],
    [
      'a strict tool that needs less',
      { tools: [offered({ ...city, additionalProperties: false }, { strict: true })] },
      { code: 'invalid_function_parameters' },
    ],
    ['a choice without tools', { tool_choice: 'auto' }, { param: 'tool_choice' }],
    [
      'a choice of another tool',
      { tools: [offered(city)], tool_choice: { type: 'function', function: { name: 'news' } } },
      { param: 'tool_choice' },
    ],
    ['a choice of another kind', { tools: [offered(city)], tool_choice: 'any' }, { code: 'invalid_value', param: 'tool_choice' }],
    ['parallel calls without tools', { parallel_tool_calls: true }, { param: 'parallel_tool_calls' }],
    ['too hot', { temperature: 2.1 }, { code: 'decimal_above_max_value', param: 'temperature' }],
    ['too cold', { temperature: -0.1 }, { code: 'decimal_below_min_value', param: 'temperature' }],
    ['a temperature in words', { temperature: '1' }, { code: 'invalid_type', param: 'temperature' }],
    ['no tokens', { max_tokens: 0 }, { code: 'integer_below_min_value', param: 'max_tokens' }],
    ['half a token', { max_tokens: 1.5 }, { code: 'invalid_type', param: 'max_tokens' }],
    ['more than one choice', { n: 2 }, { code: 'integer_above_max_value', param: 'n' }],
    ['a stream in words', { stream: 'yes' }, { code: 'invalid_type', param: 'stream' }],
    ['options without a stream', { stream_options: { include_usage: true } }, { param: 'stream_options' }],
    ['unknown options', { stream: true, stream_options: { usage: true } }, { param: 'stream_options.usage' }],
    ['an unknown format', { response_format: { type: 'xml' } }, { param: 'response_format.type' }],
    ['five ends', { stop: ['a', 'b', 'c', 'd', 'e'] }, { param: 'stop' }],
    [
      'a limit that thinking models do not know',
      { model: 'gpt-5', max_tokens: 10 },
      { code: 'unsupported_parameter', param: 'max_tokens' },
    ],
    ['a temperature for a thinking model', { model: 'gpt-5', temperature: 0 }, { code: 'unsupported_value', param: 'temperature' }],
  ])('refuses %s', (_name, body, refusal) => {
    expect(refusalOf(body)).toMatchObject({ status: 400, ...refusal });
  });
});
