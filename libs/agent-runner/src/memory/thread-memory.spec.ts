import type { RedisTimes } from '@parlance/cache';
import { AsyncResource } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { Annotation, START, StateGraph } from '@langchain/langgraph';
import { describeWithProgram, eventually, REDIS_PROGRAMS, RedisCluster, RedisServer } from '@parlance/testing';
import { Replicas } from '../turns/__fixtures__/replicas.js';
import { ThreadCheckpointer } from './thread-checkpointer.js';
import { ThreadMemory } from './thread-memory.js';

const Words = Annotation.Root({ words: Annotation<string>({ reducer: (left, right) => left + right, default: () => '' }) });

/** One process with a graph that remembers letters. */
class Process {
  private readonly redis;
  readonly memory: ThreadMemory;
  private readonly graph;
  private happens: () => Promise<void> = () => Promise.resolve();

  /** @param times shorter where Redis falls silent */
  constructor(replicas: Replicas, url: string, times?: RedisTimes) {
    this.redis = replicas.open(url, times).redis;
    this.memory = new ThreadMemory(this.redis);
    this.graph = new StateGraph(Words)
      .addNode('first', async () => {
        const { happens } = this;
        this.happens = () => Promise.resolve();
        await happens();
        return { words: '.' };
      })
      .addNode('second', () => ({ words: ';' }))
      .addEdge(START, 'first')
      .addEdge('first', 'second')
      .compile({ checkpointer: new ThreadCheckpointer(this.memory) });
  }

  /** Does something in the middle of the next turn, and not as a part of it. */
  inTheMiddle(work: () => Promise<void>): void {
    this.happens = AsyncResource.bind(work);
  }

  /** @returns everything the thread remembers after that, and how often the run was told that the memory is away */
  async say(thread: string, words: string, durability: 'exit' | 'async' | 'sync' = 'sync'): Promise<[string, number]> {
    const onMemoryAway = jest.fn();
    const state = await this.graph.invoke({ words }, { configurable: { thread_id: thread, onMemoryAway }, durability });
    return [state.words, onMemoryAway.mock.calls.length];
  }

  async back(): Promise<void> {
    await eventually(async () => !this.redis.isAway, 'It did not come back.', 20_000);
  }
}

describeWithProgram(REDIS_PROGRAMS, () => {
  const replicas = new Replicas();
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => replicas.close());
  afterAll(() => server.stop());
  const start = (times?: RedisTimes) => new Process(replicas, server.url, times);

  describe('ThreadMemory with a Redis that goes', () => {
    it('remembers over processes, and for thirty days', async () => {
      const [one, other] = [start(), start()];
      expect(await one.say('shared', 'a')).toEqual(['a.;', 0]);
      expect(await other.say('shared', 'b')).toEqual(['a.;b.;', 0]);
      expect(await one.say('shared', 'c', 'exit')).toEqual(['a.;b.;c.;', 0]);
      const [key] = (await server.command('KEYS', 'parlance:memory:*')) as [string];
      expect(key).not.toContain('shared');
      expect(Number(await server.command('TTL', key))).toBeGreaterThan(29 * 86_400);
    });

    it('goes on in the process while Redis is silent, says so once for each run, and never writes over what it could not read', async () => {
      const [one, other] = [start({}), start()];
      const thread = randomUUID();
      expect(await one.say(thread, 'a')).toEqual(['a.;', 0]);
      await server.pause();
      expect(await one.say(thread, 'b')).toEqual(['b.;', 1]);
      expect(await one.say(thread, 'c')).toEqual(['b.;c.;', 1]);
      await expect(one.memory.deleteThread(thread)).rejects.toMatchObject({ code: 'unavailable' });
      one.inTheMiddle(async () => {
        server.resume();
        await one.back();
      });
      expect(await one.say(thread, 'd')).toEqual(['b.;c.;d.;', 1]);
      expect(await other.say(thread, 'e')).toEqual(['a.;e.;', 0]);
      expect(await one.say(thread, 'f')).toEqual(['a.;e.;f.;', 0]);
    });

    it.each(['exit', 'async', 'sync'] as const)(
      'loses nothing of a run in the middle of which Redis goes and comes back (%s)',
      async (durability) => {
        const [one, other] = [start({}), start()];
        const thread = randomUUID();
        expect(await one.say(thread, 'a', durability)).toEqual(['a.;', 0]);
        one.inTheMiddle(async () => {
          await server.pause();
          await one.say(randomUUID(), 'something else');
        });
        const [words] = await one.say(thread, 'b', durability);
        expect(words).toBe('a.;b.;');
        server.resume();
        await one.back();
        // What was kept here comes from what Redis has: it goes on from there.
        expect(await one.say(thread, 'c', durability)).toEqual(['a.;b.;c.;', 0]);
        expect(await other.say(thread, 'd', durability)).toEqual(['a.;b.;c.;d.;', 0]);
      },
    );

    it('sends what a step has written after a checkpoint of Redis when it is back, such as what a graph asks', async () => {
      const [one, other] = [start({}), start()];
      const [thread, elsewhere] = [randomUUID(), randomUUID()];
      const place = { thread, namespace: '' };
      const asks = (question: string) => [{ taskId: 'task', index: -3, body: Buffer.from(question) }];
      const asked = async ({ memory }: Process) => (await memory.read(place, () => undefined))?.writes.map(({ body }) => String(body));
      const onAway = jest.fn();
      await one.memory.put(place, { id: 'asking', body: Buffer.from('state'), parentId: undefined, isFork: false }, onAway);
      await one.memory.putWrites(place, 'asking', asks('Which size?'), onAway);
      await server.pause();
      await one.say(elsewhere, 'something else');
      expect(onAway).not.toHaveBeenCalled();
      await one.memory.putWrites(place, 'asking', asks('And when?'), onAway);
      expect(onAway).toHaveBeenCalledTimes(1);
      server.resume();
      await one.back();
      for (const each of [one, other]) expect(await asked(each)).toEqual(['And when?']);
      await one.memory.putWrites(place, 'asking', asks('And where?'), onAway);
      for (const each of [other, one]) expect(await asked(each)).toEqual(['And where?']);
    });

    it('begins in Redis what has begun while it was away', async () => {
      const [one, other] = [start(), start()];
      const thread = randomUUID();
      await server.kill();
      expect(await one.say(thread, 'a')).toEqual(['a.;', 1]);
      await server.restart();
      await one.back();
      expect(await one.say(thread, 'b')).toEqual(['a.;b.;', 0]);
      expect(await other.say(thread, 'c')).toEqual(['a.;b.;c.;', 0]);
    });

    it('keeps a run that has lost its turn from writing over the one that took it', async () => {
      const [slow, other] = [start(), start()];
      const thread = randomUUID();
      await slow.say(thread, 'a');
      slow.inTheMiddle(async () => {
        await other.say(thread, 'b');
      });
      expect(await slow.say(thread, 'c', 'exit')).toEqual(['a.;c.;', 1]);
      expect(await other.say(thread, 'd')).toEqual(['a.;b.;d.;', 0]);
      expect(await slow.say(thread, 'e')).toEqual(['a.;b.;d.;e.;', 0]);
    });
  });

  it('works on a cluster, where threads have places of their own', async () => {
    const cluster = await RedisCluster.start();
    const [one, other] = [new Process(replicas, cluster.url), new Process(replicas, cluster.url)];
    for (const thread of ['1', '2', '3', '4', '5', '6', '7', '8']) {
      expect(await one.say(thread, 'a')).toEqual(['a.;', 0]);
      expect(await other.say(thread, 'b')).toEqual(['a.;b.;', 0]);
    }
    await replicas.close();
    await cluster.stop();
  });
});
