import { startChatStandIn, type ChatStandIn } from '@parlance/testing';
import { createRunner } from '../__fixtures__/create-runner.js';
import type { DoneEvent, ErrorEvent, TurnEvent } from '../turns/turn.types.js';

const done = (events: readonly TurnEvent[]) => events.at(-1) as DoneEvent;

describe('the chat graph', () => {
  let server: ChatStandIn;
  beforeAll(async () => {
    server = await startChatStandIn({ key: 'a-key' });
  });
  afterAll(() => server.close());
  beforeEach(() => server.reset());
  afterEach(() => jest.restoreAllMocks());

  const settingsWith = (chat: object) => ({ model: 'gpt-4o-mini', base_url: server.baseUrl, api_key: 'env:KEY', ...chat });

  function create(chat: object = {}, more: object = {}) {
    const made = createRunner({ environment: { KEY: 'a-key' } });
    const agent = made.agents.read({ agent_id: 'a', chat: settingsWith(chat), voice_settings: { enabled: true }, ...more });
    return { ...made, agent };
  }
  const messages = (index = -1) => server.asked.at(index)?.messages.map(({ role, content }) => [role, content]);

  it('answers with text when the model calls no tool', async () => {
    const { run, agent, voice } = create({ system_prompt: 'Be kind.', temperature: 0.5 });
    server.answer([{ text: 'How are you?' }, { text: 'Good.' }]);
    const events = await run({ agent, text: 'Hello', thread: 't' });
    expect(events.map(({ type }) => type)).toEqual(['text', 'done']);
    expect(events[0]).toEqual({ type: 'text', text: 'How are you?' });
    expect(server.asked[0]).toMatchObject({ model: 'gpt-4o-mini', temperature: 0.5 });
    expect(server.asked[0]?.tools?.map((tool) => ('function' in tool ? tool.function.name : ''))).toEqual([
      'speak_reply',
      'voice_capabilities',
      'transcribe_audio',
    ]);
    expect(messages()).toEqual([
      ['system', 'Be kind.\n\nThe last message of the person came as text.'],
      ['user', 'Hello'],
    ]);
    const [used] = done(events).usage.models;
    expect(used).toMatchObject({ provider: 'chat', model: 'gpt-4o-mini', cost: null });
    expect(used?.inputTokens).toBeGreaterThan(0);
    await run({ agent, audio: Buffer.from('Fine'), thread: 't' });
    expect(messages()?.slice(1)).toEqual([
      ['user', 'Hello'],
      ['assistant', 'How are you?'],
      ['user', 'Fine'],
    ]);
    expect(voice.spoken).toEqual([]);
  });

  it('speaks when the model calls speak_reply, and the conversation knows only what was said', async () => {
    const { run, agent, voice } = create();
    const speak = { name: 'speak_reply', arguments: { text: 'Good evening.', voice: 'alloy', style: 'calm' } };
    server.answer([{ toolCalls: [{ name: 'voice_capabilities', arguments: {} }] }, { toolCalls: [speak] }, { text: 'Written.' }]);
    const events = await run({ agent, audio: Buffer.from('Hi'), thread: 't' });
    expect(events.map(({ type }) => type)).toEqual(['transcript', 'text', 'audio', 'done']);
    expect(voice.spoken).toMatchObject([{ text: 'Good evening.', voice: 'alloy', instructions: 'calm', agent: 'a' }]);
    const told = server.asked[1]?.messages.find(({ role }) => role === 'tool')?.content as string;
    expect(JSON.parse(told)).toEqual({
      speaks: { voices: [{ name: 'alloy', languages: ['en'] }], languages: ['en'] },
      understands: { languages: ['en'] },
    });
    expect(server.asked).toHaveLength(2);
    await run({ agent, text: 'And now in writing', thread: 't' });
    expect(messages()?.slice(1)).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Good evening.'],
      ['user', 'And now in writing'],
    ]);
  });

  it('speaks all that the model calls speak_reply with, in order, and the same words once', async () => {
    const { run, agent, voice } = create();
    const calls = [
      { text: 'Good evening.', voice: 'alloy' },
      { text: 'It will rain.', style: 'calm' },
      { text: 'Good evening.', voice: 'alloy' },
    ];
    server.answer([{ toolCalls: calls.map((given) => ({ name: 'speak_reply', arguments: given })) }]);
    const [text] = await run({ agent, text: 'Hi', thread: 't' });
    expect(text).toEqual({ type: 'text', text: 'Good evening.\nIt will rain.' });
    expect(voice.spoken).toMatchObject([{ text: 'Good evening.\nIt will rain.', voice: 'alloy', instructions: 'calm' }]);
    await run({ agent, text: 'Thanks', thread: 't' });
    expect(messages()?.slice(1, 3)).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Good evening.\nIt will rain.'],
    ]);
  });

  it('has the model say something else where it calls speak_reply with blanks', async () => {
    const { run, agent, voice } = create();
    server.answer([{ toolCalls: [{ name: 'speak_reply', arguments: { text: ' \n' } }] }, { text: 'Good evening.' }]);
    const [text] = await run({ agent, text: 'Hi' });
    expect(text).toEqual({ type: 'text', text: 'Good evening.' });
    expect(voice.spoken).toEqual([]);
  });

  it('remembers nothing of the tools of a turn that failed', async () => {
    const { run, agent } = create();
    const call = { name: 'voice_capabilities', arguments: {} };
    // Two calls with one id are refused by the server of the model, as is every later request that has them.
    server.answer([
      { toolCalls: [call] },
      { status: 400, error: 'No.' },
      {
        toolCalls: [
          { ...call, id: 'x' },
          { ...call, id: 'x' },
        ],
      },
    ]);
    for (const text of ['one', 'two']) expect((await run({ agent, text, thread: 't' })).at(-1)).toMatchObject({ type: 'error' });
    expect(await run({ agent, text: 'three', thread: 't' })).toMatchObject([{ type: 'text', text: 'three' }, { type: 'done' }]);
    expect(messages()?.slice(1)).toEqual([
      ['user', 'one'],
      ['user', 'two'],
      ['user', 'three'],
    ]);
  });

  it('lets the model listen where the agent leaves that to it', async () => {
    const { run, agent, voice } = create({}, { voice_settings: { enabled: true, auto_stt: false } });
    server.answer([{ toolCalls: [{ name: 'transcribe_audio', arguments: { language: 'en' } }] }, { text: 'You said hi.' }]);
    const events = await run({ agent, audio: Buffer.from('Hi'), thread: 't' });
    expect(voice.heard).toMatchObject([{ language: 'en', agent: 'a' }]);
    expect(server.asked[1]?.messages.at(-1)?.content).toBe(JSON.stringify({ text: 'Hi', language: 'en', seconds: 2 }));
    expect(done(events)).toMatchObject({
      usage: { transcription: { seconds: 2 } },
      history: [{ text: 'Hi', voice: true }, { text: 'You said hi.' }],
    });
  });

  it('shows the model so many messages, and never without the last', async () => {
    const { run, agent } = create({ history_depth: 3 });
    for (const text of ['one', 'two', 'three']) await run({ agent, text, thread: 't' });
    expect(
      messages()
        ?.slice(1)
        .map(([role]) => role),
    ).toEqual(['user', 'assistant', 'user']);
    expect(messages()?.at(-1)).toEqual(['user', 'three']);
  });

  it('remembers as much as the model is shown, however long the conversation is', async () => {
    const { run, agent, agents } = create({ history_depth: 4 });
    for (const text of ['one', 'two', 'three', 'four']) await run({ agent, text, thread: 't' });
    const curious = agents.read({ agent_id: 'a', chat: settingsWith({ history_depth: 100 }) });
    await run({ agent: curious, text: 'five', thread: 't' });
    const said = messages()?.filter(([role]) => role === 'user');
    expect(said).toEqual([
      ['user', 'three'],
      ['user', 'four'],
      ['user', 'five'],
    ]);
  });

  it('has a model that only ever asks for tools answer at last', async () => {
    const { run, agent } = create();
    server.answer((request) =>
      request.tools === undefined ? { text: 'Enough.' } : { toolCalls: [{ name: 'voice_capabilities', arguments: {} }] },
    );
    const events = await run({ agent, text: 'Hi' });
    expect(events[0]).toEqual({ type: 'text', text: 'Enough.' });
    expect(server.asked).toHaveLength(6);
  });

  it('gives up a model that asks for tools which it is not given any more', async () => {
    const { run, agent } = create();
    const call = { id: 'call_1', type: 'function', function: { name: 'voice_capabilities', arguments: '{}' } };
    const body = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls: [call] } }] });
    // The stand-in itself would not: OpenAI's models do not.
    const asking = { kind: 'reply', status: 200, headers: { 'content-type': 'application/json' }, body } as const;
    server.fail(...Array.from({ length: 20 }, () => asking));
    const [event] = await run({ agent, text: 'Hi' });
    expect(event).toMatchObject({ type: 'error', error: { reason: 'graph_failed' } });
    expect(server.calls).toHaveLength(6);
  });

  it.each([
    ['says nothing', { text: ' ', finishReason: 'content_filter' as const }],
    ['calls a tool with what is no JSON', { toolCalls: [{ name: 'speak_reply', arguments: '{"text": "Good' }] }],
  ])('says so when the model %s, and remembers no answer', async (_what, answer) => {
    const { run, agent } = create();
    server.answer([answer]);
    const [event] = await run({ agent, text: 'Hi', thread: 't' });
    expect(event).toMatchObject({ type: 'error', text: null, error: { code: 'server', reason: 'graph_failed' } });
    await run({ agent, text: 'Hello?', thread: 't' });
    expect(messages()?.slice(1)).toEqual([
      ['user', 'Hi'],
      ['user', 'Hello?'],
    ]);
  });

  it('writes nothing to the console, whatever the model calls and the environment wants', async () => {
    jest.replaceProperty(process, 'env', { ...process.env, OPENAI_LOG: 'debug' });
    const kinds = ['log', 'info', 'warn', 'error', 'debug'] as const;
    const printed = kinds.map((kind) => jest.spyOn(console, kind).mockImplementation(() => undefined));
    const { run, agent } = create({ temperature: 1.5 });
    const good = { name: 'speak_reply', arguments: { text: 'Good evening.' } };
    const bad = { ...good, arguments: '{"text": "Good' };
    server.answer([{ toolCalls: [bad, bad] }, { toolCalls: [bad, good] }]);
    const events = [await run({ agent, text: 'Hi' }), await run({ agent, text: 'Hi' })];
    expect(events.map(([first]) => first)).toMatchObject([{ error: { reason: 'graph_failed' } }, { type: 'text', text: 'Good evening.' }]);
    expect(printed.flatMap(({ mock }) => mock.calls)).toEqual([]);
  });

  it('says that the model failed, and nothing of what it said', async () => {
    const { run, agent } = create({ model: 'gpt-nothing' });
    const events = await run({ agent, text: 'Hi' });
    expect((events.at(-1) as ErrorEvent).error).toMatchObject({ code: 'server', reason: 'graph_failed' });
  });
});
