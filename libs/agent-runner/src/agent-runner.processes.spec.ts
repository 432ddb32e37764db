import { AIMessage } from '@langchain/core/messages';
import { END, START, StateGraph } from '@langchain/langgraph';
import { RedisConnections } from '@parlance/cache';
import { describeWithRedis, PATIENT_REDIS } from '@parlance/testing';
import { randomUUID } from 'node:crypto';
import { createRunner } from './__fixtures__/create-runner.js';
import type { GraphFactory } from './graphs/graph.types.js';
import { TurnObservers } from './turns/turn-observers.js';
import type { DoneEvent } from './turns/turn.types.js';

describeWithRedis((url) => {
  it('remembers all that was said to two processes in quick succession, and no turn goes on without it', async () => {
    let heard: string[] = [];
    const graph: GraphFactory = ({ state, memory }) =>
      new StateGraph(state)
        .addNode('answer', async ({ messages }) => {
          heard = messages.filter(({ type }) => type === 'human').map(({ text }) => text);
          await new Promise((resolve) => setTimeout(resolve, 10));
          return { messages: [new AIMessage('Well.')] };
        })
        .addEdge(START, 'answer')
        .addEdge('answer', END)
        .compile({ checkpointer: memory });
    const options = { graphs: { g: graph }, agents: [{ agent_id: 'a', graph: 'g', second_message: 'cancel' }] };
    const connections = [0, 1].map(() => new RedisConnections(url(), PATIENT_REDIS));
    const runners = connections.map((each) => createRunner(options, new TurnObservers(), each));
    const words = ['one', 'two', 'three', 'four', 'five', 'six'];
    for (let burst = 0; burst < 10; burst += 1) {
      const thread = randomUUID();
      const turns = words.map((text, index) => runners[index % 2]!.run({ agent: 'a', text, thread }));
      const ends = (await Promise.all(turns)).map((events) => events.at(-1) as DoneEvent);
      expect(ends.flatMap(({ warnings }) => warnings)).toEqual([]);
      await runners[0]!.run({ agent: 'a', text: 'last', thread });
      expect(heard.at(-1)).toBe('last');
      expect(heard.toSorted()).toEqual([...words, 'last'].toSorted());
    }
    for (const { order, redis } of runners) {
      order.close();
      redis.close();
    }
    await Promise.all(connections.map((each) => each.close()));
  });
});
