import { AIMessage, HumanMessage } from '@langchain/core/messages';
import { Annotation, END, interrupt, MemorySaver, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { createRunner } from '../__fixtures__/create-runner.js';
import type { DoneEvent, TurnEvent } from '../turns/turn.types.js';
import type { GraphKit, TurnGraph } from './graph.types.js';
import { turnOf } from './live-turn.js';

const texts = (events: readonly TurnEvent[]) => events.flatMap((event) => (event.type === 'text' ? [event.text] : []));

/** Asks for a size and a time before it orders. */
function ordering({ state, memory }: GraphKit): TurnGraph {
  return new StateGraph(state)
    .addNode('ask', (_state, config) => {
      const size: unknown = interrupt('Which size?');
      const time: unknown = interrupt({ speak: true, text: 'And when?', voice: 'alloy' });
      return { messages: [new AIMessage(`${String(size)} ${String(time)}, told as ${turnOf(config).via}.`)], reply: { speak: true } };
    })
    .addEdge(START, 'ask')
    .addEdge('ask', END)
    .compile({ checkpointer: memory });
}

describe('a graph that asks the person (interrupt)', () => {
  function create(graph: TurnGraph | ((kit: GraphKit) => TurnGraph)) {
    const { run, voice } = createRunner({
      graphs: { asking: graph },
      agents: [{ agent_id: 'a', graph: 'asking', voice_settings: { enabled: true } }],
    });
    const say = (text: string, thread = 't', id?: string) => run({ agent: 'a', text, thread, ...(id !== undefined && { id }) });
    return { say, run, voice };
  }

  it('has its question told, spoken where it says so, and goes on with the answer', async () => {
    const { say, run, voice } = create(ordering);
    const first = await say('A pizza, please.');
    expect(first).toMatchObject([
      { type: 'text', text: 'Which size?' },
      { type: 'done', reply: { speak: false, text: 'Which size?' } },
    ]);
    expect((first.at(-1) as DoneEvent).history).toMatchObject([{ text: 'A pizza, please.' }, { text: 'Which size?' }]);
    const second = await say('Large');
    expect(second.map(({ type }) => type)).toEqual(['text', 'audio', 'done']);
    expect(voice.spoken).toMatchObject([{ text: 'And when?', voice: 'alloy' }]);
    expect(texts(await run({ agent: 'a', audio: Buffer.from('Now'), thread: 't' }))).toEqual(['Large Now, told as voice.']);
    expect(texts(await say('Another one.'))).toEqual(['Which size?']);
  });

  it('asks everybody for themselves', async () => {
    const { say } = create(ordering);
    await say('A pizza, please.', 'one');
    expect(texts(await say('Large', 'two'))).toEqual(['Which size?']);
    expect(texts(await say('Small', 'one'))).toEqual(['And when?']);
  });

  it('is not answered twice by a message that comes twice', async () => {
    const { say } = create(ordering);
    await say('A pizza, please.');
    for (const isRepeated of [false, true]) {
      const events = await say('Large', 't', 'the-same');
      expect(texts(events)).toEqual(['And when?']);
      expect(events.at(-1)).toMatchObject({ repeated: isRepeated });
    }
    expect(texts(await say('Now'))).toEqual(['Large Now, told as text.']);
  });

  it('may ask several things at once, to which there is one answer', async () => {
    const { say } = create(({ state, memory }) =>
      new StateGraph(state)
        .addNode('size', () => ({ messages: [new AIMessage(`size ${String(interrupt('Which size?'))}`)] }))
        .addNode('time', () => ({ messages: [new AIMessage(`time ${String(interrupt({ speak: true, text: 'When?' }))}`)] }))
        .addNode('order', ({ messages }) => ({
          messages: [
            new AIMessage(
              messages
                .slice(1)
                .map(({ text }) => text)
                .join(', '),
            ),
          ],
        }))
        .addEdge(START, 'size')
        .addEdge(START, 'time')
        .addEdge(['size', 'time'], 'order')
        .addEdge('order', END)
        .compile({ checkpointer: memory }),
    );
    expect(await say('A pizza, please.')).toMatchObject([{ text: 'Which size?\nWhen?' }, {}, { type: 'done', reply: { speak: true } }]);
    expect(texts(await say('large, now'))).toEqual(['size large, now, time large, now']);
  });

  it('begins anew where it has failed with the answer', async () => {
    let failures = 1;
    const { say } = create(({ state, memory }) =>
      new StateGraph(state)
        .addNode('ask', () => {
          const size = String(interrupt('Which size?'));
          if (failures-- > 0) throw new Error('The oven is cold.');
          return { messages: [new AIMessage(size)] };
        })
        .addEdge(START, 'ask')
        .addEdge('ask', END)
        .compile({ checkpointer: memory }),
    );
    await say('A pizza, please.');
    expect(await say('Large')).toMatchObject([{ type: 'error', error: { reason: 'graph_failed' } }]);
    expect(texts(await say('Then a small one, please.'))).toEqual(['Which size?']);
    expect(texts(await say('Small'))).toEqual(['Small']);
  });

  it('is answered by the newest of several messages, where that ends the older ones', async () => {
    let started = (): void => undefined;
    const running = new Promise<void>((resolve) => (started = resolve));
    const { run } = createRunner({
      graphs: {
        asking: ({ state, memory }) =>
          new StateGraph(state)
            .addNode('ask', async (_state, { signal }) => {
              const size = String(interrupt('Which size?'));
              if (size === 'Large') {
                started();
                await new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('left'))));
              }
              return { messages: [new AIMessage(size)] };
            })
            .addEdge(START, 'ask')
            .addEdge('ask', END)
            .compile({ checkpointer: memory }),
      },
      agents: [{ agent_id: 'a', graph: 'asking', second_message: 'cancel' }],
    });
    const say = (text: string) => run({ agent: 'a', text, thread: 't' });
    await say('A pizza, please.');
    const older = say('Large');
    await running;
    const newer = [say('Medium'), say('Small')];
    for (const events of [older, newer[0]]) expect(await events).toMatchObject([{ type: 'error', error: { reason: 'superseded' } }]);
    expect(texts((await newer[1]) ?? [])).toEqual(['Small']);
  });

  it('may have a state of its own, and its own memory', async () => {
    const Own = Annotation.Root({ ...MessagesAnnotation.spec, size: Annotation<string> });
    const graph = new StateGraph(Own)
      .addNode('ask', () => ({ size: String(interrupt('Which size?')) }))
      .addNode('say', ({ size, messages }) => ({
        messages: [new AIMessage(`${size} after ${messages.filter((message) => HumanMessage.isInstance(message)).length}`)],
      }))
      .addEdge(START, 'ask')
      .addEdge('ask', 'say')
      .addEdge('say', END)
      .compile({ checkpointer: new MemorySaver() }) as unknown as TurnGraph;
    const { say } = create(graph);
    expect(texts(await say('A pizza, please.'))).toEqual(['Which size?']);
    expect(texts(await say('Large'))).toEqual(['Large after 1']);
  });

  it.each([
    [{ options: ['a'] }],
    [''],
    [' \n'],
    [7],
    [undefined],
    [{ speak: true }],
    [{ speak: true, text: ' ' }],
    [{ speak: 'yes', text: 'Which?' }],
    [{ speak: true, text: 'Which?', voice: 7 }],
  ])('fails where nobody can be told, and begins anew with the next message: %j', async (value) => {
    const questions = [value, 'Which size?'];
    const { say } = create(({ state, memory }) =>
      new StateGraph(state)
        .addNode('ask', () => ({ messages: [new AIMessage(String(interrupt(questions.length > 1 ? questions.shift() : questions[0])))] }))
        .addEdge(START, 'ask')
        .addEdge('ask', END)
        .compile({ checkpointer: memory }),
    );
    expect(await say('A pizza, please.')).toMatchObject([{ type: 'error', error: { code: 'server', reason: 'graph_failed' }, text: null }]);
    expect(texts(await say('Then another one, please.'))).toEqual(['Which size?']);
    expect(texts(await say('Large'))).toEqual(['Large']);
  });
});
