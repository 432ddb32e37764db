import { AIMessage, type BaseMessage } from '@langchain/core/messages';
import { Annotation, END, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { createRunner } from '../__fixtures__/create-runner.js';
import type { GraphFactory, TurnGraph } from './graph.types.js';

describe('a turn that has failed and is sent again', () => {
  /** What a graph was shown each time; it fails with what is said badly until it is mended. */
  function failing() {
    const seen: string[][] = [];
    let isMended = false;
    const answer = ({ messages }: { messages: BaseMessage[] }) => {
      seen.push(messages.map(({ text }) => text));
      if (messages.at(-1)?.text === 'bad' && !isMended) throw new Error('It is broken.');
      return { messages: [new AIMessage(`to ${messages.at(-1)?.text}`)] };
    };
    return { seen, answer, mend: () => (isMended = true) };
  }

  const sayingTo = (graph: GraphFactory | TurnGraph) => {
    const { run } = createRunner({ graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g' }] });
    return (text: string, id: string) => run({ agent: 'a', text, id, thread: 't' });
  };

  const ofTheKit =
    (answer: ReturnType<typeof failing>['answer']): GraphFactory =>
    ({ state, memory }) =>
      new StateGraph(state).addNode('answer', answer).addEdge(START, 'answer').addEdge('answer', END).compile({ checkpointer: memory });

  function ofItsOwn(answer: ReturnType<typeof failing>['answer']): TurnGraph {
    const Own = Annotation.Root({
      messages: Annotation<BaseMessage[]>({ reducer: (left, right) => [...left, ...right], default: () => [] }),
    });
    return new StateGraph(Own)
      .addNode('answer', answer)
      .addEdge(START, 'answer')
      .addEdge('answer', END)
      .compile({ checkpointer: new MemorySaver() });
  }

  it.each([
    ['with the state of the kit', ofTheKit],
    ['with a state and a memory of its own', ofItsOwn],
  ])('is said now, and once, by a graph %s', async (_how, graphOf) => {
    const { seen, answer, mend } = failing();
    const say = sayingTo(graphOf(answer));
    expect((await say('bad', 'one')).at(-1)).toMatchObject({ type: 'error' });
    await say('good', 'two');
    mend();
    expect((await say('bad', 'one'))[0]).toEqual({ type: 'text', text: 'to bad' });
    await say('and?', 'three');
    expect(seen).toEqual([['bad'], ['bad', 'good'], ['good', 'to good', 'bad'], ['good', 'to good', 'bad', 'to bad', 'and?']]);
  });

  it('stays where it is while nothing else was said', async () => {
    const { seen, answer, mend } = failing();
    const say = sayingTo(ofTheKit(answer));
    await say('good', 'zero');
    await say('bad', 'one');
    mend();
    await say('bad', 'one');
    expect(seen.slice(1)).toEqual([
      ['good', 'to good', 'bad'],
      ['good', 'to good', 'bad'],
    ]);
  });
});
