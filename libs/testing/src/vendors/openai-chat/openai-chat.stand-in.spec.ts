import OpenAI, {
  APIConnectionError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import type { ChatCompletionChunk, ChatCompletionMessageParam, ChatCompletionTool } from 'openai/resources/chat/completions';
import { OPENAI_KEY } from '../openai-compatible/openai-compatible.stand-in.js';
import { startChatStandIn, type ChatStandIn } from './openai-chat.stand-in.js';

describe("the stand-in for OpenAI's chat API, as OpenAI's own client sees it", () => {
  let standIn: ChatStandIn;
  beforeAll(async () => {
    standIn = await startChatStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  const chat = (apiKey = OPENAI_KEY) => new OpenAI({ baseURL: standIn.baseUrl, apiKey, maxRetries: 0 }).chat.completions;
  const messages: ChatCompletionMessageParam[] = [
    { role: 'system', content: 'You answer in one word.' },
    { role: 'user', content: [{ type: 'text', text: 'Good evening, dear agent.' }] },
  ];
  const asked = { model: 'gpt-4o-mini', messages, temperature: 0.5 };
  const weather: ChatCompletionTool = {
    type: 'function',
    function: {
      name: 'weather',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false },
      strict: true,
    },
  };
  const call = { name: 'weather', arguments: { city: 'São Tomé' } };

  async function consume(stream: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletionChunk[]> {
    const chunks: ChatCompletionChunk[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    return chunks;
  }

  it('repeats the last words of the user', async () => {
    const completion = await chat().create(asked);
    expect(completion.choices).toEqual([
      {
        index: 0,
        finish_reason: 'stop',
        logprobs: null,
        message: { role: 'assistant', content: 'Good evening, dear agent.', refusal: null, annotations: [] },
      },
    ]);
    expect(completion).toMatchObject({ object: 'chat.completion', model: 'gpt-4o-mini', system_fingerprint: expect.any(String) });
    expect(completion.id).toMatch(/^chatcmpl-/);
    expect(Number.isInteger(completion.created)).toBe(true);
    const { prompt_tokens, completion_tokens, total_tokens } = completion.usage ?? {};
    expect([completion_tokens, total_tokens]).toEqual([4, 4 + Number(prompt_tokens)]);
    expect(standIn.asked).toEqual([asked]);
  });

  it('says what the script says, in its order, and begins anew with a reset', async () => {
    const scripted = await startChatStandIn({ answers: [{ text: 'One.' }, {}, { text: 'Cut', finishReason: 'length' }] });
    const client = new OpenAI({ baseURL: scripted.baseUrl, apiKey: OPENAI_KEY }).chat.completions;
    const ask = async () => {
      const [choice] = (await client.create(asked)).choices;
      return [choice?.message.content, choice?.finish_reason];
    };
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([
      ['One.', 'stop'],
      ['', 'stop'],
      ['Cut', 'length'],
      ['Good evening, dear agent.', 'stop'],
    ]);
    scripted.reset();
    expect(await ask()).toEqual(['One.', 'stop']);
    scripted.answer(async ({ messages: given }) => ({ text: `${given.length} messages` }));
    expect(await ask()).toEqual(['2 messages', 'stop']);
    expect(scripted.asked).toHaveLength(2);
    await scripted.close();
  });

  it.each([true, false])('streams text, with usage: %p', async (include_usage) => {
    standIn.answer([{ text: ' Two  words\n' }]);
    const stream = await chat().create({ ...asked, stream: true, stream_options: { include_usage } });
    const chunks = await consume(stream);
    const pieces = chunks.flatMap(({ choices }) => choices.map(({ delta, finish_reason }) => finish_reason ?? delta.content));
    expect(pieces).toEqual(['', ' Two', '  words\n', 'stop']);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    const used = { completion_tokens: 2 };
    expect(chunks.map(({ usage }) => usage)).toMatchObject(
      include_usage ? [null, null, null, null, used] : [undefined, undefined, undefined, undefined],
    );
  });

  it.each([true, false])('lets tools be called and hears of them, streamed: %p', async (stream) => {
    standIn.answer([{ text: 'Let me look.', toolCalls: [call, { ...call, arguments: '{ "city": "Rome" }' }] }]);
    const first = { ...asked, tools: [weather], tool_choice: 'auto' as const };
    const completion = stream ? await chat().stream(first).finalChatCompletion() : await chat().create(first);
    const [choice] = completion.choices;
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { role: 'assistant', content: 'Let me look.' } });
    const calls = (choice?.message.tool_calls ?? []).filter((made) => made.type === 'function');
    expect(calls.map((made) => [made.function.name, made.function.arguments])).toEqual([
      ['weather', '{"city":"São Tomé"}'],
      ['weather', '{ "city": "Rome" }'],
    ]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(2);
    standIn.answer([{ text: 'It rains.' }]);
    const said: ChatCompletionMessageParam = stream
      ? {
          role: 'assistant',
          tool_calls: calls.map(({ id, type, function: { name, arguments: text } }) => ({ id, type, function: { name, arguments: text } })),
        }
      : (choice?.message ?? { role: 'assistant' });
    const heard = calls.toReversed().map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'Rain.' }));
    const answered: ChatCompletionMessageParam[] = [...messages, said, ...heard];
    const second = await chat().create({ ...first, messages: answered });
    expect(second.choices[0]?.message.content).toBe('It rains.');
  });

  it('answers when it may', async () => {
    let release: () => void = () => undefined;
    standIn.answer([{ text: 'At last.', hold: new Promise<void>((resolve) => (release = resolve)) }, { text: 'At once.' }]);
    const heard: (string | null | undefined)[] = [];
    const ask = async () => void heard.push((await chat().create(asked)).choices[0]?.message.content);
    const held = ask();
    while (standIn.asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await ask();
    release();
    await held;
    expect(heard).toEqual(['At once.', 'At last.']);
  });

  it('fails as the script says, in shapes that the client knows', async () => {
    standIn.answer([
      { status: 429, error: 'Rate limit reached.', code: 'rate_limit_exceeded', headers: { 'retry-after': '7' } },
      { status: 503, error: 'Overloaded.' },
      { body: '{"choices": [' },
    ]);
    const limited: unknown = await chat()
      .create(asked)
      .catch((error: unknown) => error);
    expect(limited).toBeInstanceOf(RateLimitError);
    expect(limited).toMatchObject({ status: 429, code: 'rate_limit_exceeded', type: 'requests' });
    expect((limited as RateLimitError).headers.get('retry-after')).toBe('7');
    await expect(chat().create(asked)).rejects.toThrow(InternalServerError);
    await expect(chat().create(asked)).rejects.toMatchObject({ name: 'SyntaxError' });
    standIn.fail({ kind: 'refuse' });
    await expect(chat().create(asked)).rejects.toThrow(APIConnectionError);
    standIn.fail({ kind: 'cut' });
    const stream = await chat().create({ ...asked, stream: true });
    await expect(consume(stream)).rejects.toThrow('terminated');
  });

  it('refuses keys, models and addresses that it does not know', async () => {
    await expect(chat('sk-wrong').create(asked)).rejects.toThrow(AuthenticationError);
    await expect(chat('sk-wrong').create(asked)).rejects.toMatchObject({ code: 'invalid_api_key', type: 'invalid_request_error' });
    const unknown: unknown = await chat()
      .create({ ...asked, model: 'gpt-9' })
      .catch((error: unknown) => error);
    expect(unknown).toBeInstanceOf(NotFoundError);
    expect(unknown).toMatchObject({ status: 404, code: 'model_not_found' });
    const elsewhere = new OpenAI({ baseURL: standIn.url, apiKey: OPENAI_KEY });
    await expect(elsewhere.chat.completions.create(asked)).rejects.toMatchObject({ status: 404, code: 'unknown_url' });
    expect(standIn.asked).toEqual([]);
  });

  it('has a key, models and an address of its own where a test wants them', async () => {
    const own = await startChatStandIn({ key: 'own-key', models: ['llama'], basePath: '/proxy/v1' });
    const client = new OpenAI({ baseURL: `${own.url}/proxy/v1`, apiKey: 'own-key' });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['llama']);
    expect((await client.chat.completions.create({ ...asked, model: 'llama' })).model).toBe('llama');
    expect([own.requests.length, own.calls.length]).toEqual([2, 1]);
    await expect(client.chat.completions.create(asked)).rejects.toThrow(NotFoundError);
    await own.close();
  });

  it('calls no tool that it was not offered', async () => {
    standIn.answer(() => ({ toolCalls: [call] }));
    await expect(chat().create(asked)).rejects.toMatchObject({ status: 400, code: 'no_tools_offered' });
    await expect(chat().create({ ...asked, tools: [weather], tool_choice: 'none' })).rejects.toThrow(BadRequestError);
    expect((await chat().create({ ...asked, tools: [weather] })).choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('calls a tool as no tool should be called', async () => {
    standIn.answer([{ toolCalls: [{ id: 'call_own', name: 'weather', arguments: '{"city":' }] }]);
    const [choice] = (await chat().create({ ...asked, tools: [weather] })).choices;
    const made = { id: 'call_own', type: 'function', function: { name: 'weather', arguments: '{"city":' } };
    expect(choice?.message).toMatchObject({ content: null, tool_calls: [made] });
  });

  it('refuses what is no JSON', async () => {
    const headers = { authorization: `Bearer ${OPENAI_KEY}`, 'content-type': 'application/json' };
    const answer = await fetch(`${standIn.baseUrl}/chat/completions`, { method: 'POST', headers, body: '{' });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { type: 'invalid_request_error', param: null } }]);
  });
});
