import { AIMessage } from '@langchain/core/messages';
import { END, START, StateGraph } from '@langchain/langgraph';
import { createRunner, VOICE_ON } from './__fixtures__/create-runner.js';
import type { GraphFactory } from './graphs/graph.types.js';
import type { ThreadCheckpointer } from './memory/thread-checkpointer.js';
import type { TurnEvent } from './turns/turn.types.js';

const types = (events: readonly TurnEvent[]) => events.map(({ type }) => type);

describe('a second message', () => {
  /** A graph that answers `slow` when it is let go, and everything else at once. */
  function slowGraph() {
    const seen: string[][] = [];
    let release = (): void => undefined;
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const graph: GraphFactory = ({ state, memory }) =>
      new StateGraph(state)
        .addNode('answer', async ({ messages }, { signal }) => {
          seen.push(messages.map(({ text }) => text));
          if (messages.at(-1)?.text === 'slow') {
            started();
            await new Promise<void>((resolve, reject) => {
              release = resolve;
              signal?.addEventListener('abort', () => reject(new Error('left')), { once: true });
            });
          }
          return { messages: [new AIMessage(`to ${messages.at(-1)?.text}`)] };
        })
        .addEdge(START, 'answer')
        .addEdge('answer', END)
        .compile({ checkpointer: memory });
    return { graph, seen, running, release: () => release() };
  }

  /** As slow as a Redis that is not next door: two that write at the same time write over each other. */
  function slowDown(memory: ThreadCheckpointer): void {
    const put = memory.put.bind(memory);
    jest.spyOn(memory, 'put').mockImplementation(async (...checkpoint) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return put(...checkpoint);
    });
  }

  it('waits, and other threads do not', async () => {
    const { graph, seen, running, release } = slowGraph();
    const { run } = createRunner({ graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g' }] });
    const ended: string[] = [];
    const note = async (name: string, events: Promise<TurnEvent[]>) => ended.push(`${name} ${types(await events).at(-1)}`);
    const first = note('first', run({ agent: 'a', text: 'slow', thread: 't' }));
    await running;
    const second = note('second', run({ agent: 'a', text: 'quick', thread: 't' }));
    await note('other', run({ agent: 'a', text: 'elsewhere', thread: 'u' }));
    expect(ended).toEqual(['other done']);
    release();
    await Promise.all([first, second]);
    expect(ended).toEqual(['other done', 'first done', 'second done']);
    expect(seen.at(-1)).toEqual(['slow', 'to slow', 'quick']);
  });

  it('cancels, and what was said is remembered', async () => {
    const { graph, seen, running } = slowGraph();
    const { run, voice } = createRunner({
      graphs: { g: graph },
      agents: [{ agent_id: 'a', graph: 'g', second_message: 'cancel', ...VOICE_ON }],
    });
    const first = run({ agent: 'a', text: 'slow', thread: 't' });
    await running;
    let listening = (): void => undefined;
    const heard = new Promise<void>((resolve) => (listening = resolve));
    let speak = (): void => undefined;
    voice.beforeTranscript = async () => {
      listening();
      await new Promise<void>((resolve) => (speak = resolve));
    };
    const second = run({ agent: 'a', audio: Buffer.from('spoken'), thread: 't' });
    await heard;
    const third = run({ agent: 'a', text: 'last', thread: 't' });
    await new Promise(setImmediate);
    speak();
    const superseded = { type: 'error', error: { code: 'aborted', reason: 'superseded' }, text: null };
    expect((await first).at(-1)).toMatchObject(superseded);
    expect((await second).at(-1)).toMatchObject(superseded);
    expect((await third)[0]).toEqual({ type: 'text', text: 'to last' });
    expect(seen.at(-1)).toEqual(['slow', 'spoken', 'last']);
  });

  it('comes after all that the cancelled one has remembered', async () => {
    const { graph, seen, running } = slowGraph();
    const { run, memory } = createRunner({ graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g', second_message: 'cancel' }] });
    slowDown(memory);
    const first = run({ agent: 'a', text: 'slow', thread: 't' });
    await running;
    const second = run({ agent: 'a', text: 'last', thread: 't' });
    expect((await first).at(-1)).toMatchObject({ type: 'error', error: { reason: 'superseded' } });
    await second;
    expect(seen.at(-1)).toEqual(['slow', 'last']);
  });

  it('comes after all that was said before it, also by those who were still waiting', async () => {
    const { graph, seen, running } = slowGraph();
    const { run, memory } = createRunner({ graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g', second_message: 'cancel' }] });
    slowDown(memory);
    const first = run({ agent: 'a', text: 'slow', thread: 't' });
    await running;
    const all = [first, ...['second', 'third', 'last'].map((text) => run({ agent: 'a', text, thread: 't' }))];
    const ends = (await Promise.all(all)).map((events) => types(events).at(-1));
    expect(ends).toEqual(['error', 'error', 'error', 'done']);
    expect(seen.at(-1)).toEqual(['slow', 'second', 'third', 'last']);
  });

  it('finds its sender gone, and a turn that takes too long given up', async () => {
    const { graph, running } = slowGraph();
    const options = { graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g' }] };
    const { run } = createRunner(options);
    const leaving = new AbortController();
    const first = run({ agent: 'a', text: 'slow', thread: 't' }, leaving.signal);
    await running;
    leaving.abort();
    expect((await first).at(-1)).toMatchObject({ type: 'error', error: { code: 'aborted' } });
    expect((await run({ agent: 'a', text: 'quick', thread: 't' })).at(-1)).toMatchObject({ type: 'done' });
    const impatient = createRunner({ ...options, turnMilliseconds: 50 });
    const given = await impatient.run({ agent: 'a', text: 'slow' });
    expect(given.at(-1)).toMatchObject({ type: 'error', error: { code: 'timeout', reason: 'turn_timeout' } });
  });

  it('finds a graph that is still being made: what was said is remembered', async () => {
    const { graph, seen } = slowGraph();
    let make = (): void => undefined;
    const making = new Promise<void>((resolve) => (make = resolve));
    const graphs: Record<string, GraphFactory> = { g: async (kit) => making.then(() => graph(kit)) };
    const { run } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g', second_message: 'cancel' }] });
    const first = run({ agent: 'a', text: 'early', thread: 't' });
    await new Promise(setImmediate);
    const second = run({ agent: 'a', text: 'last', thread: 't' });
    await new Promise(setImmediate);
    make();
    expect((await first).at(-1)).toMatchObject({ type: 'error', error: { reason: 'superseded' } });
    expect((await second).at(-1)).toMatchObject({ type: 'done' });
    expect(seen.at(-1)).toEqual(['early', 'last']);
  });

  it('does not wait for a graph that is never made longer than the turn may take', async () => {
    const graphs: Record<string, GraphFactory> = { g: () => new Promise(() => undefined) };
    const { run, order } = createRunner({ graphs, agents: [{ agent_id: 'a', graph: 'g' }], turnMilliseconds: 50 });
    const ends = await Promise.all([run({ agent: 'a', text: 'one', thread: 't' }), run({ agent: 'a', text: 'two', thread: 't' })]);
    expect(ends).toMatchObject([[{ error: { reason: 'turn_timeout' } }], [{ error: { reason: 'turn_timeout' } }]]);
    expect(order.size).toBe(0);
  });
});
