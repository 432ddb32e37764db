import {
  Annotation,
  Command,
  END,
  interrupt,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
  type BaseCheckpointSaver,
} from '@langchain/langgraph';
import { HumanMessage, type BaseMessage } from '@langchain/core/messages';

export type Durability = 'exit' | 'async' | 'sync';

export interface ThreadConfig {
  thread_id: string;
  onMemoryAway?: () => void;
}

/** What a test does with a graph. It answers what was seen on the way, free of what differs from run to run. */
export interface Conversation {
  name: string;
  run(saver: BaseCheckpointSaver, configurable: ThreadConfig, durability: Durability): Promise<unknown>;
}

const Words = Annotation.Root({
  words: Annotation<string[]>({ reducer: (left, right) => left.concat(right), default: () => [] }),
});
type WordsState = typeof Words.State;

interface Seen {
  getState(config: object, options?: object): Promise<{ values: unknown; next: unknown; tasks: readonly { name: string; interrupts: readonly { value?: unknown }[] }[] }>;
}

/** The state as it lies in the memory. */
async function stateOf(graph: Seen, config: object) {
  const { values, next, tasks } = await graph.getState(config, { subgraphs: true });
  return { values, next, tasks: tasks.map(({ name, interrupts }) => ({ name, interrupts: interrupts.map(({ value }) => value) })) };
}

const say = (word: string) => () => ({ words: [word] });

const linear: Conversation = {
  name: 'three turns of a line of nodes',
  async run(checkpointer, configurable, durability) {
    const graph = new StateGraph(Words)
      .addNode('one', ({ words }: WordsState) => ({ words: [`one after ${words.length}`] }))
      .addNode('two', say('two'))
      .addEdge(START, 'one')
      .addEdge('one', 'two')
      .addEdge('two', END)
      .compile({ checkpointer });
    const config = { configurable, durability };
    const seen: unknown[] = [];
    for (const word of ['a', 'b', 'c']) seen.push(await graph.invoke({ words: [word] }, config), await stateOf(graph, config));
    return seen;
  },
};

const messages: Conversation = {
  name: 'messages, which are classes',
  async run(checkpointer, configurable, durability) {
    const graph = new StateGraph(MessagesAnnotation)
      .addNode('reply', ({ messages: all }) => ({ messages: [{ role: 'assistant', content: `I have heard ${all.length}` }] }))
      .addEdge(START, 'reply')
      .compile({ checkpointer });
    const config = { configurable, durability };
    for (const word of ['hello', 'again']) await graph.invoke({ messages: [new HumanMessage(word)] }, config);
    const { values } = await graph.getState(config);
    return (values as { messages: BaseMessage[] }).messages.map((message) => [message.getType(), message.text]);
  },
};

const parallel: Conversation = {
  name: 'nodes side by side, and tasks that are sent',
  async run(checkpointer, configurable, durability) {
    const graph = new StateGraph(Words)
      .addNode('left', say('left'))
      .addNode('right', say('right'))
      .addNode('sent', ({ words }: WordsState) => ({ words: [`sent ${words.join()}`] }))
      .addNode('join', say('join'))
      .addEdge(START, 'left')
      .addEdge(START, 'right')
      .addConditionalEdges('left', () => ['x', 'y', 'z'].map((word) => new Send('sent', { words: [word] })))
      .addEdge(['left', 'right'], 'join')
      .addEdge('sent', END)
      .addEdge('join', END)
      .compile({ checkpointer });
    const config = { configurable, durability };
    return [await graph.invoke({ words: ['a'] }, config), await graph.invoke({ words: ['b'] }, config), await stateOf(graph, config)];
  },
};

const interrupted: Conversation = {
  name: 'an interrupt beside a node that is done, and the answer to it',
  async run(checkpointer, configurable, durability) {
    let runs = 0;
    const graph = new StateGraph(Words)
      .addNode('ask', () => ({ words: [`answer ${String(interrupt('which?'))}`, `then ${String(interrupt('and?'))}`] }))
      .addNode('beside', () => {
        runs += 1;
        return { words: ['beside'] };
      })
      .addNode('last', say('last'))
      .addEdge(START, 'ask')
      .addEdge(START, 'beside')
      .addEdge(['ask', 'beside'], 'last')
      .compile({ checkpointer });
    const config = { configurable, durability };
    const seen: unknown[] = [];
    for (const round of ['first', 'second']) {
      await graph.invoke({ words: [round] }, config);
      seen.push(await stateOf(graph, config));
      await graph.invoke(new Command({ resume: `${round} 1` }), config);
      seen.push(await stateOf(graph, config));
      seen.push(await graph.invoke(new Command({ resume: `${round} 2` }), config), await stateOf(graph, config), runs);
    }
    // A message instead of an answer.
    await graph.invoke({ words: ['third'] }, config);
    await graph.invoke({ words: ['fourth'] }, config);
    return [...seen, await stateOf(graph, config)];
  },
};

function withSubgraph(own: boolean): Conversation {
  return {
    name: own ? 'a graph in a graph that remembers for itself' : 'a graph in a graph that is interrupted',
    async run(checkpointer, configurable, durability) {
      const inner = new StateGraph(Words)
        .addNode('count', ({ words }: WordsState) => ({ words: [`inner has ${words.length}`] }))
        .addNode('ask', () => ({ words: [`answer ${String(interrupt('inner?'))}`] }))
        .addEdge(START, 'count')
        .addEdge('count', 'ask')
        .compile(own ? { checkpointer: true } : {});
      const graph = new StateGraph(Words)
        .addNode('before', say('before'))
        .addNode('inner', async ({ words }: WordsState) => ({ words: (await inner.invoke({ words: [`${words.length}`] })).words.slice(-2) }))
        .addNode('after', say('after'))
        .addEdge(START, 'before')
        .addEdge('before', 'inner')
        .addEdge('inner', 'after')
        .compile({ checkpointer });
      const config = { configurable, durability };
      const seen: unknown[] = [];
      for (const round of ['first', 'second', 'third']) {
        await graph.invoke({ words: [round] }, config);
        seen.push(await stateOf(graph, config));
        seen.push(await graph.invoke(new Command({ resume: round }), config), await stateOf(graph, config));
      }
      return seen;
    },
  };
}

const nodeSubgraph: Conversation = {
  name: 'a graph as a node, with a graph as a node in it',
  async run(checkpointer, configurable, durability) {
    const deepest = new StateGraph(Words)
      .addNode('ask', () => ({ words: [`deep ${String(interrupt('deep?'))}`] }))
      .addEdge(START, 'ask')
      .compile();
    const inner = new StateGraph(Words)
      .addNode('deepest', deepest)
      .addNode('then', say('then'))
      .addEdge(START, 'deepest')
      .addEdge('deepest', 'then')
      .compile();
    const graph = new StateGraph(Words)
      .addNode('inner', inner)
      .addNode('beside', say('beside'))
      .addEdge(START, 'inner')
      .addEdge(START, 'beside')
      .compile({ checkpointer });
    const config = { configurable, durability };
    const seen: unknown[] = [];
    for (const round of ['first', 'second']) {
      await graph.invoke({ words: [round] }, config);
      seen.push(await stateOf(graph, config), await graph.invoke(new Command({ resume: round }), config));
    }
    return [...seen, await stateOf(graph, config)];
  },
};

const failing: Conversation = {
  name: 'a failure in the middle, and another try',
  async run(checkpointer, configurable, durability) {
    let tries = 0;
    let runs = 0;
    const graph = new StateGraph(Words)
      .addNode('first', say('first'))
      .addNode('fails', () => {
        tries += 1;
        if (tries % 2 === 1) throw new Error('not yet');
        return { words: ['worked'] };
      })
      .addNode('beside', async () => {
        runs += 1;
        return { words: ['beside'] };
      })
      .addEdge(START, 'first')
      .addEdge('first', 'fails')
      .addEdge('first', 'beside')
      .compile({ checkpointer });
    const config = { configurable, durability };
    const seen: unknown[] = [];
    for (const round of ['a', 'b']) {
      seen.push(await graph.invoke({ words: [round] }, config).catch((error: unknown) => (error as Error).message));
      seen.push(await stateOf(graph, config));
      seen.push(await graph.invoke(null, config), await stateOf(graph, config), runs);
    }
    return seen;
  },
};

const updated: Conversation = {
  name: 'states that are changed by hand, also in the middle of a turn',
  async run(checkpointer, configurable, durability) {
    const graph = new StateGraph(Words)
      .addNode('ask', () => ({ words: [`answer ${String(interrupt('which?'))}`] }))
      .addNode('last', ({ words }: WordsState) => ({ words: [`last of ${words.length}`] }))
      .addEdge(START, 'ask')
      .addEdge('ask', 'last')
      .compile({ checkpointer });
    const config = { configurable, durability };
    await graph.updateState(config, { words: ['from nothing'] }, START);
    const seen: unknown[] = [await stateOf(graph, config)];
    seen.push(await graph.invoke({ words: ['a'] }, config));
    await graph.updateState(config, { words: ['instead of an answer'] }, 'ask');
    seen.push(await stateOf(graph, config), await graph.invoke(null, config));
    await graph.invoke({ words: ['b'] }, config);
    const changed = await graph.updateState(config, { words: ['on the way'] }, START);
    seen.push(await stateOf(graph, changed), await graph.invoke(null, changed), await graph.invoke(new Command({ resume: 'yes' }), config));
    await graph.updateState(config, null, '__end__');
    await graph.updateState(config, null, '__copy__');
    return [...seen, await stateOf(graph, config)].map((each) => JSON.parse(JSON.stringify(each).replaceAll(/"id":"\w+"/g, '"":0')) as unknown);
  },
};

export const CONVERSATIONS = [linear, messages, parallel, interrupted, withSubgraph(false), withSubgraph(true), nodeSubgraph, failing, updated];
export const DURABILITIES: readonly Durability[] = ['exit', 'async', 'sync'];
