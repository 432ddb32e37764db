import { randomUUID } from 'node:crypto';
import { MemorySaver } from '@langchain/langgraph';
import { describeWithRedis } from '@parlance/testing';
import { Replicas } from '../turns/__fixtures__/replicas.js';
import { CONVERSATIONS, DURABILITIES } from './__fixtures__/conversations.js';
import { ThreadCheckpointer } from './thread-checkpointer.js';
import { ThreadMemory } from './thread-memory.js';

const replicas = new Replicas();
afterAll(() => replicas.close());

/** Every run has a mark of its own, which is not compared. */
function comparable(seen: unknown): unknown {
  return JSON.parse(JSON.stringify(seen).replaceAll(/"id":"[0-9a-f-]+"/g, '"id":""'));
}

function describeGraphs(name: string, url: () => string | undefined): void {
  const each = CONVERSATIONS.flatMap((conversation) =>
    DURABILITIES.map((durability) => [conversation.name, durability, conversation] as const),
  );
  it.each(each)(`remembers ${name} as langgraph's own memory: %s (%s)`, async (_name, durability, conversation) => {
    const onMemoryAway = jest.fn();
    const saver = new ThreadCheckpointer(new ThreadMemory(replicas.open(url()).redis));
    const put = jest.spyOn(saver, 'put');
    const wanted = comparable(await conversation.run(new MemorySaver(), { thread_id: randomUUID() }, durability));
    expect(comparable(await conversation.run(saver, { thread_id: randomUUID(), onMemoryAway }, durability))).toEqual(wanted);
    expect(put).toHaveBeenCalled();
    expect(onMemoryAway).not.toHaveBeenCalled();
  });
}

describe('ThreadCheckpointer', () => {
  describeGraphs('in memory', () => undefined);
  describeWithRedis((url) => describeGraphs('in Redis', url));
});
