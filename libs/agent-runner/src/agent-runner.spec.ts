import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { END, START, StateGraph } from '@langchain/langgraph';
import { ParlanceError } from '@parlance/contracts';
import { daysFromNow } from '@parlance/testing';
import { createRunner, VOICE_ON } from './__fixtures__/create-runner.js';
import type { GraphFactory, TurnState } from './graphs/graph.types.js';
import type { Reply } from './graphs/reply.types.js';
import type { DoneEvent, ErrorEvent, TurnEvent } from './turns/turn.types.js';

/** A graph that answers with what a test wants. */
function answering(answer: (state: TurnState) => Promise<Partial<TurnState>> | Partial<TurnState>): GraphFactory {
  return ({ state, memory }) =>
    new StateGraph(state)
      .addNode('answer', (given) => answer(given))
      .addEdge(START, 'answer')
      .addEdge('answer', END)
      .compile({ checkpointer: memory });
}

const spoken: Reply = { speak: true, text: 'Good day.', voice: 'alloy', style: 'calm' };
const saying = (text: string, reply?: Reply) => ({ messages: [new AIMessage(text)], ...(reply !== undefined && { reply }) });
const types = (events: readonly TurnEvent[]) => events.map(({ type }) => type);
const last = <Event>(events: readonly TurnEvent[]) => events.at(-1) as Event;

describe('AgentRunner', () => {
  it('answers text with text, and nobody is asked to speak', async () => {
    const { run, voice } = createRunner();
    const events = await run({ agent: 'demo', text: 'Hello.', thread: 't', id: '1' });
    expect(types(events)).toEqual(['text', 'done']);
    expect(events[0]).toEqual({ type: 'text', text: 'Hello.' });
    expect(last<DoneEvent>(events)).toMatchObject({
      id: '1',
      thread: 't',
      agent: 'demo',
      repeated: false,
      reply: { speak: false },
      usage: { transcription: null, models: [], speech: null },
      history: [
        { role: 'user', text: 'Hello.', voice: false, fileIds: [] },
        { role: 'assistant', text: 'Hello.', voice: false, fileIds: [] },
      ],
      warnings: [],
    });
    expect(voice.spoken).toEqual([]);
  });

  it('answers voice with voice: the transcript, the text at once, the speech, and what it cost', async () => {
    const { run, voice, files } = createRunner();
    const events = await run({ agent: 'demo', audio: Buffer.from('Good morning.'), filename: 'a.ogg', user: 'u', urlSeconds: 60 });
    expect(types(events)).toEqual(['transcript', 'text', 'audio', 'done']);
    expect(events[0]).toEqual({ type: 'transcript', text: 'Good morning.', language: 'en', duration: 2 });
    expect(events[2]).toMatchObject({
      file: { id: 'speech-1' },
      url: 'https://store/speech-1?for=60',
      bytes: Buffer.from('Good morning.'),
      format: 'mp3',
    });
    expect(last<DoneEvent>(events)).toMatchObject({
      usage: {
        transcription: { provider: 'local', model: 'moonshine', seconds: 2, cost: 2 },
        speech: { provider: 'local', model: 'flite', characters: 13, cost: 13 },
      },
      history: [
        { role: 'user', text: 'Good morning.', voice: true, fileIds: ['recording-1'] },
        { role: 'assistant', text: 'Good morning.', voice: true, fileIds: ['speech-1'] },
      ],
    });
    expect(voice.heard).toMatchObject([{ agent: 'demo', tenant: 'default', user: 'u', rateLimitPerMinute: 10, filename: 'a.ogg' }]);
    // The turn was counted when it was heard.
    expect(voice.spoken[0]).not.toHaveProperty('rateLimitPerMinute');
    expect(files.kept).toMatchObject([{ tenant: 'default', agent: 'demo', filename: 'a.ogg' }]);
  });

  it('counts a turn once against the limit of its user, also when nobody hears its recording', async () => {
    const voice_settings = { enabled: true, auto_stt: false, intent_detection_mode: 'always', rate_limit_per_minute: 3 };
    const { run, voice } = createRunner({ agents: [{ agent_id: 'a', voice_settings }] });
    expect(types(await run({ agent: 'a', audio: Buffer.from('Good morning.'), user: 'u' }))).toEqual(['text', 'audio', 'done']);
    expect(voice.heard).toEqual([]);
    expect(voice.spoken).toMatchObject([{ user: 'u', rateLimitPerMinute: 3 }]);
  });

  it('speaks what the graph decides, as it decides, and not what it only says', async () => {
    const graphs = { g: answering(() => saying('**Good** day.', spoken)) };
    const { run, voice } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    const events = await run({ agent: 'a', text: 'Hi', format: 'opus' });
    expect(events[0]).toEqual({ type: 'text', text: '**Good** day.' });
    expect(voice.spoken).toMatchObject([
      { text: 'Good day.', voice: 'alloy', instructions: 'calm', format: 'opus', rateLimitPerMinute: 10 },
    ]);
  });

  it('speaks what it shows where the words that are to be spoken are blank', async () => {
    const graphs = { g: answering(() => saying('Good day.', { speak: true, text: ' ' })) };
    const { run, voice } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    expect(last(await run({ agent: 'a', text: 'Hi' }))).toMatchObject({ type: 'done', reply: { speak: true } });
    expect(voice.spoken).toMatchObject([{ text: 'Good day.' }]);
  });

  it('hands the text on before the speech is made, and the pieces as they come', async () => {
    const { runner, voice } = createRunner();
    let speak = (): void => undefined;
    voice.beforeSpeech = async () => new Promise((resolve) => (speak = resolve));
    const events = runner.run({ agent: 'demo', text: 'say hello', delivery: 'chunks' }, new AbortController().signal);
    expect((await events.next()).value).toEqual({ type: 'text', text: 'say hello' });
    const piece = events.next();
    await new Promise(setImmediate);
    speak();
    expect((await piece).value).toMatchObject({ type: 'audio', index: 0, bytes: Buffer.from('sa'), format: 'mp3' });
    expect((await events.next()).value).toMatchObject({ type: 'audio', index: 1, bytes: Buffer.from('y hello') });
    expect((await events.next()).value).toMatchObject({ type: 'done', history: [{}, { voice: true, fileIds: [] }] });
    expect((await events.next()).done).toBe(true);
  });

  it('remembers what was said, and nothing of how', async () => {
    const seen: TurnState[] = [];
    const graphs = {
      g: answering((state) => {
        seen.push(state);
        return state.messages.length === 1 ? saying('One.', { ...spoken, text: 'SPOKEN-ONE', voice: 'VOICE-ONE' }) : saying('Two.');
      }),
    };
    const { run, voice, memory } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    const written: string[] = [];
    const [put, putWrites] = [jest.spyOn(memory, 'put'), jest.spyOn(memory, 'putWrites')];
    const first = await run({ agent: 'a', audio: Buffer.from('first'), thread: 't', user: 'USER' });
    const second = await run({ agent: 'a', text: 'second', thread: 't' });
    expect(types(first)).toContain('audio');
    expect(types(second)).toEqual(['text', 'done']);
    expect(seen[1]?.messages.map(({ text }) => text)).toEqual(['first', 'One.', 'second']);
    expect(seen[1]?.reply ?? null).toBeNull();
    expect(voice.spoken).toHaveLength(1);
    const { usage, trace } = last<DoneEvent>(second);
    expect([usage.speech, usage.transcription, trace.speech]).toEqual([null, null, null]);
    written.push(...[...put.mock.calls, ...putWrites.mock.calls].map(([_config, ...values]) => JSON.stringify(values)));
    for (const secret of ['SPOKEN-ONE', 'VOICE-ONE', 'USER', 'speech-1', 'recording-1', 'https://store']) {
      expect([...written, JSON.stringify(seen[1])].join('\n')).not.toContain(secret);
    }
    expect(written.join('\n')).toContain('One.');
  });

  it('keeps threads apart, those of agents that came with a message too', async () => {
    const seen: number[] = [];
    const graphs = { g: answering(({ messages }) => (seen.push(messages.length), saying('x'))) };
    const { run, agents } = createRunner({
      graphs,
      agents: [
        { agent_id: 'a', graph: 'g' },
        { agent_id: 'b', graph: 'g' },
      ],
    });
    const inline = agents.fromRequest({ graph: 'g' }, 'a');
    for (const agent of ['a', 'a', 'b', inline, inline]) await run({ agent, text: 'Hi', thread: 't' });
    await run({ agent: 'a', text: 'Hi', thread: '__proto__' });
    expect(seen).toEqual([1, 3, 1, 1, 3, 1]);
  });

  it('does a turn once, however often it comes', async () => {
    let decided = 0;
    const graphs = { g: answering(() => (decided++, saying('x', spoken))) };
    const { run, voice, agents } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    const turn = { agent: 'a', audio: Buffer.from('Hi'), thread: 't', id: 'once' };
    const all = await Promise.all([run(turn), run(turn), run(turn)]);
    expect(decided).toBe(1);
    expect([voice.heard.length, voice.spoken.length]).toEqual([1, 1]);
    expect(all.map((events) => types(events))).toEqual(Array.from({ length: 3 }, () => ['transcript', 'text', 'audio', 'done']));
    expect(all.map((events) => last<DoneEvent>(events).repeated)).toEqual([false, true, true]);
    expect(last<DoneEvent>(all[2])).toMatchObject({
      usage: { speech: null },
      history: [{ voice: true }, { voice: true, fileIds: ['speech-1'] }],
    });
    agents.register({ agent_id: 'c', graph: 'g', ...VOICE_ON });
    await run({ ...turn, agent: 'c' });
    await run({ ...turn, thread: 'other' });
    expect(decided).toBe(3);
  });

  it('tells the times of words again as well', async () => {
    const { run, voice } = createRunner();
    const words = [{ word: 'Hi', start: 0.1, end: 0.4 }];
    const transcription = await voice.transcribe({ audio: Buffer.from('Hi') }, new AbortController().signal);
    jest.spyOn(voice, 'transcribe').mockResolvedValue({ ...transcription, words });
    const turn = { agent: 'demo', audio: Buffer.from('Hi'), thread: 't', id: 'x' };
    for (const events of [await run(turn), await run(turn)]) expect(events[0]).toMatchObject({ type: 'transcript', words });
  });

  it('says what failed, and gives the text all the same; the next try only speaks', async () => {
    let decided = 0;
    const graphs = { g: answering(() => (decided++, saying('Written.', spoken))) };
    const { run, voice } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    voice.beforeSpeech = () => Promise.reject(new ParlanceError('unavailable', 'Nobody can speak.'));
    const turn = { agent: 'a', text: 'Hi', thread: 't', id: 'x' };
    const events = await run(turn);
    expect(types(events)).toEqual(['text', 'error']);
    expect(last<ErrorEvent>(events)).toMatchObject({ error: { code: 'unavailable' }, text: 'Written.', reply: { speak: true } });
    voice.beforeSpeech = async () => undefined;
    expect(types(await run(turn))).toEqual(['text', 'audio', 'done']);
    expect(decided).toBe(1);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('secret inner text')), 'graph_failed'],
    ['decides nonsense', () => ({ ...saying('x'), reply: { speak: 'yes' } as unknown as Reply }), 'graph_failed'],
    ['speaks nothing', () => ({ messages: [], reply: { speak: true } }), 'graph_failed'],
    ['speaks blanks', () => ({ messages: [], reply: { speak: true, text: ' \n' } }), 'graph_failed'],
  ])('says so when a graph %s', async (_what, answer, reason) => {
    const { run } = createRunner({ graphs: { g: answering(answer) }, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    const events = await run({ agent: 'a', text: 'Hi' });
    expect(types(events)).toEqual(['error']);
    expect(last<ErrorEvent>(events)).toMatchObject({ error: { code: 'server', reason }, text: null });
    expect(last<ErrorEvent>(events).error.message).not.toContain('secret');
  });

  it('does not ask a graph about silence', async () => {
    let decided = 0;
    const graphs = { g: answering(() => (decided++, saying('x'))) };
    const { run } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', ...VOICE_ON }] });
    const events = await run({ agent: 'a', audio: Buffer.from(' ') });
    expect(types(events)).toEqual(['transcript', 'error']);
    expect(last<ErrorEvent>(events).error.code).toBe('no_speech');
    expect(decided).toBe(0);
  });

  it('leaves listening to the graph where the agent wants that', async () => {
    const graphs = { g: answering(({ turn }) => saying(turn.via)) };
    const agents = [{ agent_id: 'a', graph: 'g', voice_settings: { enabled: true, auto_stt: false } }];
    const { run, voice } = createRunner({ graphs, agents });
    const events = await run({ agent: 'a', audio: Buffer.from('Hi') });
    expect(types(events)).toEqual(['text', 'done']);
    expect(events[0]).toEqual({ type: 'text', text: 'voice' });
    expect(voice.heard).toEqual([]);
  });

  it('takes and makes no voice where it is off', async () => {
    const graphs = { g: answering(() => saying('x', spoken)) };
    const { run, voice } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', voice_settings: { enabled: false } }] });
    await expect(run({ agent: 'a', audio: Buffer.from('Hi') })).rejects.toMatchObject({ code: 'unsupported', reason: 'voice_disabled' });
    const events = await run({ agent: 'a', text: 'Hi' });
    expect(types(events)).toEqual(['text', 'done']);
    expect(last<DoneEvent>(events).warnings).toMatchObject([{ code: 'voice_disabled' }]);
    expect(voice.spoken).toEqual([]);
  });

  it.each([
    [{ agent: 'nobody', text: 'Hi' }, 'not_found'],
    [{ agent: 'demo' }, 'invalid'],
    [{ agent: 'demo', text: ' ' }, 'invalid'],
    [{ agent: 'demo', text: 'Hi', fileId: 'x' }, 'invalid'],
    [{ agent: 'demo', text: 'Hi', thread: '' }, 'invalid'],
    [{ agent: 'demo', text: 'Hi', id: 'x'.repeat(257) }, 'invalid'],
    [{ agent: 'small', audio: new Uint8Array(1_048_577) }, 'too_large'],
  ])('refuses %#', async (turn, code) => {
    const { run } = createRunner({ agents: [{ agent_id: 'small', voice_settings: { enabled: true, max_file_size_mb: 1 } }] });
    await expect(run(turn)).rejects.toMatchObject({ code });
  });

  it('frees the thread of a reader that stops reading, or leaves', async () => {
    const { runner, run } = createRunner();
    const turn = { agent: 'demo', text: 'say hello', thread: 't', delivery: 'chunks' as const };
    const asleep = runner.run(turn, new AbortController().signal);
    expect((await asleep.next()).value).toMatchObject({ type: 'text' });
    expect(last(await run(turn))).toMatchObject({ type: 'done' });
    for await (const event of runner.run(turn, new AbortController().signal)) if (event.type === 'text') break;
    expect(last(await run(turn))).toMatchObject({ type: 'done' });
    await asleep.return();
  });

  it('answers a recording that cannot be kept', async () => {
    const { run, files } = createRunner();
    files.away = true;
    const events = await run({ agent: 'demo', audio: Buffer.from('Hi') });
    expect(last<DoneEvent>(events)).toMatchObject({
      type: 'done',
      warnings: [{ code: 'storage_unavailable' }],
      history: [{ fileIds: [] }, {}],
    });
  });

  it.each([
    ['whoever calls them', { input_tokens: 5, output_tokens: 2, total_tokens: 7 }, { inputTokens: 5, outputTokens: 2 }],
    ['none where the server tells of none', {}, { inputTokens: 0, outputTokens: 0 }],
  ])('counts the tokens of models, %s', async (_which, usage_metadata, tokens) => {
    const { FakeListChatModel } = await import('@langchain/core/utils/testing');
    const days = daysFromNow();
    const model = new FakeListChatModel({ responses: ['Well.'] });
    const counted = { usage_metadata, response_metadata: { model_name: 'm' } };
    const told = Object.assign(new AIMessage('Well.'), counted);
    jest.spyOn(model, '_generate').mockResolvedValue({ generations: [{ text: 'Well.', message: told }] });
    const graphs = { g: answering(async () => ({ messages: [await model.invoke([new HumanMessage('x')])] })) };
    const { run, ledger } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g' }] });
    const events = await run({ agent: 'a', text: 'Hi' });
    expect(last<DoneEvent>(events).usage.models).toEqual([{ provider: 'chat', model: 'm', ...tokens, cost: null }]);
    expect(await ledger.report({ ...days, groupBy: ['agent', 'operation', 'model'] })).toMatchObject([
      { agent: 'a', operation: 'chat', model: 'm', requests: 1, ...tokens },
    ]);
  });
});
