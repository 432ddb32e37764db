import { AIMessage } from '@langchain/core/messages';
import { END, MemorySaver, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import type { VoiceCatalogue } from '@parlance/voice';
import { createRunner } from '../__fixtures__/create-runner.js';
import { FakeVoice } from '../__fixtures__/fake-voice.js';
import type { GraphKit, TurnGraph } from './graph.types.js';
import { Graphs } from './graphs.js';
import { voiceTurnState } from './voice-turn-state.js';

/** Counts the messages of its thread. */
function counting(checkpointer?: BaseCheckpointSaver | boolean): TurnGraph {
  return new StateGraph(voiceTurnState())
    .addNode('count', ({ messages }) => ({ messages: [new AIMessage(String(messages.length))] }))
    .addEdge(START, 'count')
    .addEdge('count', END)
    .compile(checkpointer === undefined ? {} : { checkpointer });
}

function create(own: ConstructorParameters<typeof Graphs>[2]) {
  const memory = new MemorySaver();
  const loadMemory = jest.fn(async () => memory);
  return { graphs: new Graphs(new FakeVoice() as unknown as VoiceCatalogue, loadMemory, own), memory, loadMemory };
}

describe('Graphs', () => {
  it('has its own two beside those of the application, which may take their names', async () => {
    const own = counting(new MemorySaver());
    const { graphs } = create({ mine: own, echo: own });
    expect([...graphs.names()].toSorted()).toEqual(['chat', 'echo', 'mine']);
    expect(await graphs.load('echo')).toBe(own);
  });

  it.each(['nothing', 'constructor', '__proto__'])('does not know %s, and says what it knows', async (name) => {
    const { graphs } = create({ mine: counting() });
    const error = await graphs.load(name).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'not_found', reason: 'graph_not_found' });
    for (const known of ['echo', 'chat', 'mine']) expect((error as Error).message).toContain(known);
  });

  it('makes a graph once, with a kit of state, tools and memory', async () => {
    const make = jest.fn((_kit: GraphKit) => counting());
    const { graphs, memory, loadMemory } = create({ one: make, two: make });
    const [first, second] = await Promise.all([graphs.load('one'), graphs.load('one')]);
    expect(second).toBe(first);
    await graphs.load('two');
    expect(make).toHaveBeenCalledTimes(2);
    expect(loadMemory).toHaveBeenCalledTimes(1);
    const [kit] = make.mock.calls[0] ?? [];
    expect(kit?.memory).toBe(memory);
    expect(Object.values(kit?.tools ?? {}).map(({ name }) => name)).toEqual(['speak_reply', 'voice_capabilities', 'transcribe_audio']);
    expect(Object.keys(kit?.state.fields ?? {}).toSorted()).toEqual(['messages', 'reply', 'turn']);
  });

  it('tries again what could not be made', async () => {
    let tries = 0;
    const { graphs } = create({
      unlucky: async () => {
        tries += 1;
        if (tries === 1) throw new Error('not yet');
        return counting();
      },
    });
    const [first, second] = await Promise.allSettled([graphs.load('unlucky'), graphs.load('unlucky')]);
    expect([first.status, second.status, tries]).toEqual(['rejected', 'rejected', 1]);
    expect(await graphs.load('unlucky')).toHaveProperty('invoke');
    expect(tries).toBe(2);
  });

  it('tries again where the memory could not be loaded', async () => {
    const { graphs, loadMemory } = create({ mine: counting() });
    loadMemory.mockRejectedValueOnce(new Error('not yet'));
    await expect(graphs.load('mine')).rejects.toThrow('not yet');
    expect(await graphs.load('mine')).toHaveProperty('invoke');
  });

  it('gives its memory to a graph without one, and leaves others theirs', async () => {
    const own = new MemorySaver();
    const { graphs, memory } = create({ bare: counting(), kept: counting(own), made: () => counting(own), forgetful: counting(false) });
    expect((await graphs.load('bare')).checkpointer).toBe(memory);
    expect((await graphs.load('kept')).checkpointer).toBe(own);
    expect((await graphs.load('made')).checkpointer).toBe(own);
    expect((await graphs.load('forgetful')).checkpointer).toBe(false);
  });

  it('a graph that serves several applications remembers for each what was said there', async () => {
    const agents = [{ agent_id: 'bare', graph: 'bare' }];
    const graphs = { bare: counting() };
    for (const application of [createRunner({ graphs, agents }), createRunner({ graphs, agents })]) {
      const [first] = await application.run({ agent: 'bare', text: 'one', thread: 't' });
      const [second] = await application.run({ agent: 'bare', text: 'two', thread: 't' });
      expect([first, second]).toMatchObject([{ text: '1' }, { text: '3' }]);
    }
    expect(graphs.bare.checkpointer).toBeUndefined();
  });

  it('threads of compiled graphs are remembered where that says', async () => {
    const own = new MemorySaver();
    const graphs = { bare: counting(), kept: counting(own), forgetful: counting(false) };
    const agents = Object.keys(graphs).map((graph) => ({ agent_id: graph, graph }));
    const { run, memory } = createRunner({ graphs, agents });
    const [put, ownPut] = [jest.spyOn(memory, 'put'), jest.spyOn(own, 'put')];
    const said: Record<string, unknown> = {};
    for (const agent of Object.keys(graphs)) {
      await run({ agent, text: 'one', thread: 't' });
      [said[agent]] = await run({ agent, text: 'two', thread: 't' });
    }
    expect(said).toMatchObject({ bare: { text: '3' }, kept: { text: '3' }, forgetful: { text: '1' } });
    expect([put.mock.calls.length, ownPut.mock.calls.length]).toEqual([2, 2]);
  });
});
