import { AIMessage, HumanMessage, SystemMessage, ToolMessage, type AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { DynamicStructuredTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { OPENAI_KEY } from '../openai-compatible/openai-compatible.stand-in.js';
import { startChatStandIn, type ChatStandIn } from './openai-chat.stand-in.js';

describe("the stand-in for OpenAI's chat API, as LangChain sees it", () => {
  let standIn: ChatStandIn;
  beforeAll(async () => {
    standIn = await startChatStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());

  const model = (apiKey = OPENAI_KEY) =>
    new ChatOpenAI({ model: 'gpt-4o-mini', temperature: 0, apiKey, maxRetries: 0, configuration: { baseURL: standIn.baseUrl } });
  const weather = new DynamicStructuredTool({
    name: 'weather',
    description: 'Tells the weather.',
    schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    func: async (input) => `It rains in ${(input as { city: string }).city}.`,
  });
  const conversation: BaseMessage[] = [new SystemMessage('Be brief.'), new HumanMessage('How is the weather?')];
  const answers = [{ toolCalls: [{ name: 'weather', arguments: { city: 'Oslo' } }] }, { text: 'It rains there.' }];

  async function streamed(parts: Promise<AsyncIterable<AIMessageChunk>>): Promise<AIMessageChunk> {
    let whole: AIMessageChunk | undefined;
    for await (const part of await parts) whole = whole?.concat(part) ?? part;
    if (whole === undefined) throw new Error('Nothing was streamed.');
    return whole;
  }

  it.each(['whole', 'streamed'])('speaks with tools, %s', async (manner) => {
    standIn.answer(answers);
    const bound = model().bindTools([weather]);
    const ask = (messages: BaseMessage[]): Promise<AIMessage> =>
      manner === 'whole' ? bound.invoke(messages) : streamed(bound.stream(messages));
    const first = await ask(conversation);
    expect(first.tool_calls).toMatchObject([{ name: 'weather', args: { city: 'Oslo' }, type: 'tool_call' }]);
    expect(first.response_metadata).toMatchObject({ finish_reason: 'tool_calls' });
    const results: ToolMessage[] = await Promise.all(
      (first.tool_calls ?? []).map((call) => weather.invoke({ ...call, type: 'tool_call' })),
    );
    expect(results.map(({ content }) => content)).toEqual(['It rains in Oslo.']);
    const second = await ask([...conversation, first, ...results]);
    expect(second.content).toBe('It rains there.');
    expect(second.usage_metadata).toMatchObject({ output_tokens: 3, input_tokens: expect.any(Number), total_tokens: expect.any(Number) });
    expect(standIn.asked.map(({ messages }) => messages.map(({ role }) => role))).toEqual([
      ['system', 'user'],
      ['system', 'user', 'assistant', 'tool'],
    ]);
  });

  it('is refused as it is by OpenAI', async () => {
    await expect(model('sk-wrong').invoke('Hello.')).rejects.toMatchObject({ status: 401, lc_error_code: 'MODEL_AUTHENTICATION' });
    standIn.answer([{ status: 429, error: 'Slow down.' }]);
    await expect(model().invoke('Hello.')).rejects.toMatchObject({ status: 429, lc_error_code: 'MODEL_RATE_LIMIT' });
    const unanswered = new AIMessage({ content: '', tool_calls: [{ id: 'call_1', name: 'weather', args: {}, type: 'tool_call' }] });
    const refused = { status: 400, lc_error_code: 'INVALID_TOOL_RESULTS' };
    await expect(model().invoke([...conversation, unanswered, new HumanMessage('And?')])).rejects.toMatchObject(refused);
    await expect(model().invoke([...conversation, new ToolMessage('Rain.', 'call_1')])).rejects.toMatchObject(refused);
  });
});
