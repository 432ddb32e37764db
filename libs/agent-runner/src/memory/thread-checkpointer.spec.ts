import { createHash, randomUUID } from 'node:crypto';
import { HumanMessage } from '@langchain/core/messages';
import { Annotation, Command, interrupt, START, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import { emptyCheckpoint, uuid6, type CheckpointMetadata } from '@langchain/langgraph-checkpoint';
import { describeWithRedis } from '@parlance/testing';
import { Replicas } from '../turns/__fixtures__/replicas.js';
import { RedisCheckpointStore } from './redis-checkpoint-store.js';
import { ThreadCheckpointer } from './thread-checkpointer.js';
import { ThreadMemory } from './thread-memory.js';

const replicas = new Replicas();
afterAll(() => replicas.close());

const METADATA: CheckpointMetadata = { source: 'loop', step: 1, parents: {} };

function saverOf(url?: string, maximumBytes?: number): ThreadCheckpointer {
  return new ThreadCheckpointer(new ThreadMemory(replicas.open(url).redis), maximumBytes);
}

function configOf(thread_id: string, more: object = {}) {
  return { configurable: { thread_id, ...more } };
}

function checkpointOf(values: Record<string, unknown> = {}) {
  return { ...emptyCheckpoint(), id: uuid6(0), channel_values: values };
}

async function listed(saver: BaseCheckpointSaver, ...args: Parameters<BaseCheckpointSaver['list']>): Promise<string[]> {
  const found: string[] = [];
  for await (const { config } of saver.list(...args)) found.push((config.configurable as { checkpoint_ns: string }).checkpoint_ns);
  return found.toSorted();
}

/** A graph in a graph, which asks something in every turn. */
function askingGraph(checkpointer: BaseCheckpointSaver) {
  const Words = Annotation.Root({ words: Annotation<string[]>({ reducer: (_, right) => right, default: () => [] }) });
  const inner = new StateGraph(Words)
    .addNode('ask', () => ({ words: [String(interrupt('?'))] }))
    .addEdge(START, 'ask')
    .compile();
  return new StateGraph(Words).addNode('inner', inner).addEdge(START, 'inner').compile({ checkpointer });
}

function describeSaver(name: string, url: () => string | undefined): void {
  describe(`ThreadCheckpointer ${name}`, () => {
    it('gives back the latest checkpoint with its metadata, its parent, and its writes in order', async () => {
      const saver = saverOf(url());
      const thread = randomUUID();
      const [first, second] = [checkpointOf(), checkpointOf({ bytes: Uint8Array.of(0, 255), text: 'ä' })];
      const config = await saver.put(configOf(thread), first, METADATA);
      const latest = await saver.put(config, second, METADATA);
      await saver.putWrites(
        latest,
        [
          ['b', 1],
          ['a', Uint8Array.of(1)],
        ],
        'task 2',
        '~2',
      );
      await saver.putWrites(latest, [['constructor', 'x']], 'task 1', '~3');
      await saver.putWrites(latest, [['c', undefined]], 'task 3', '~1');
      const tuple = await saver.getTuple(configOf(thread));
      expect(tuple).toMatchObject({
        config: latest,
        checkpoint: { id: second.id, channel_values: { text: 'ä' } },
        metadata: METADATA,
        parentConfig: config,
      });
      expect([...(tuple!.checkpoint.channel_values['bytes'] as Uint8Array)]).toEqual([0, 255]);
      expect(tuple!.pendingWrites!.map(([task, channel]) => `${task} ${channel}`)).toEqual([
        'task 3 c',
        'task 2 b',
        'task 2 a',
        'task 1 constructor',
      ]);
      expect(await saver.getTuple(latest)).toMatchObject({ config: latest });
      expect(await saver.getTuple(config)).toBeUndefined();
      expect((await saver.get(configOf(thread)))?.id).toBe(second.id);
    });

    it('says whether a step has begun after the latest checkpoint, or a turn may be in it', async () => {
      const saver = saverOf(url());
      const thread = randomUUID();
      const concerns = () => saver.concerns(configOf(thread), 'turn "1"');
      const began: boolean[] = [await concerns()];
      const first = await saver.put(configOf(thread), checkpointOf(), METADATA);
      began.push(await concerns());
      await saver.putWrites(first, [['a', 1]], 'task');
      began.push(await concerns());
      const second = await saver.put(first, checkpointOf(), METADATA);
      began.push(await concerns());
      const said = new HumanMessage({ id: 'turn "1"', content: 'Hi' });
      await saver.put(second, checkpointOf({ messages: [said] }), METADATA);
      began.push(await concerns(), await saver.concerns(configOf(thread), 'turn'));
      expect(began).toEqual([false, false, true, false, true, false]);
    });

    it('lists the latest checkpoint of each namespace', async () => {
      const saver = saverOf(url());
      const thread = randomUUID();
      const before = checkpointOf();
      await saver.put(configOf(thread), before, METADATA);
      const after = checkpointOf();
      await saver.put(configOf(thread, { checkpoint_ns: 'inner' }), after, { ...METADATA, step: 2 });
      expect(await listed(saver, configOf(thread))).toEqual(['', 'inner']);
      expect(await listed(saver, configOf(thread, { checkpoint_ns: '' }))).toEqual(['']);
      expect(await listed(saver, configOf(thread), { limit: 1 })).toHaveLength(1);
      expect(await listed(saver, configOf(thread), { limit: 0 })).toEqual([]);
      expect(await listed(saver, configOf(thread), { filter: { step: 2 } })).toEqual(['inner']);
      expect(await listed(saver, configOf(thread), { before: configOf(thread, { checkpoint_id: after.id }) })).toEqual(['']);
      expect(await listed(saver, configOf(randomUUID()))).toEqual([]);
    });

    it('keeps threads of any name apart, and changes no object of others', async () => {
      const saver = saverOf(url());
      const names = ['__proto__', 'constructor', 'a', 'a:b', 'a|b', '{a}', '\ud800', '\ud801', 'ü'.repeat(1000)];
      const salt = randomUUID();
      for (const thread of names) await saver.put(configOf(`${thread}${salt}`), checkpointOf({ thread }), METADATA);
      await saver.put(configOf('__proto__', { checkpoint_ns: '__proto__' }), checkpointOf({ a: 1 }), METADATA);
      for (const thread of names) expect((await saver.get(configOf(`${thread}${salt}`)))?.channel_values).toEqual({ thread });
      expect(Object.keys(Object.prototype)).toEqual([]);
      await saver.deleteThread('__proto__');
    });

    it('needs a thread, and a checkpoint to write to', async () => {
      const saver = saverOf(url());
      for (const thread of [undefined, '', 7, {}]) {
        const config = { configurable: { thread_id: thread } };
        await expect(saver.getTuple(config)).rejects.toMatchObject({ code: 'invalid', param: 'thread_id' });
        await expect(saver.put(config, checkpointOf(), METADATA)).rejects.toMatchObject({ code: 'invalid' });
      }
      await expect(saver.putWrites(configOf('a'), [['a', 1]], 'task')).rejects.toMatchObject({ code: 'invalid', param: 'checkpoint_id' });
    });

    it('refuses what is too large, and says what to do', async () => {
      const saver = saverOf(url(), 10_240);
      const thread = randomUUID();
      const config = await saver.put(configOf(thread), checkpointOf({ text: 'a'.repeat(9000) }), METADATA);
      const secret = 'secret'.repeat(2000);
      const refused = await saver.put(config, checkpointOf({ secret }), METADATA).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'too_large',
        reason: 'thread_full',
        message: expect.stringMatching(/10 KiB.*new thread/) as string,
      });
      await expect(saver.putWrites(config, [['a', secret]], 'task')).rejects.toMatchObject({ code: 'too_large' });
      expect((await saver.get(configOf(thread)))?.channel_values).toEqual({ text: 'a'.repeat(9000) });
    });

    it('forgets a thread', async () => {
      const saver = saverOf(url());
      const thread = randomUUID();
      await saver.put(configOf(thread), checkpointOf(), METADATA);
      await saver.put(configOf(thread, { checkpoint_ns: 'inner' }), checkpointOf(), METADATA);
      await saver.deleteThread(thread);
      expect(await listed(saver, configOf(thread))).toEqual([]);
    });

    it('refuses channels that need older checkpoints', async () => {
      const asked = saverOf(url()).getDeltaChannelHistory({ config: configOf('a'), channels: ['a'] });
      await expect(asked).rejects.toMatchObject({ code: 'unsupported' });
      expect(await saverOf(url()).getDeltaChannelHistory({ config: configOf('a'), channels: [] })).toEqual({});
    });

    it.each(['exit', 'async', 'sync'] as const)('does not grow with the turns of a thread (%s)', async (durability) => {
      const redis = replicas.open(url());
      const saver = new ThreadCheckpointer(new ThreadMemory(redis.redis, { maximumBytes: 100_000 }));
      const graph = askingGraph(saver);
      const thread = randomUUID();
      const config = { configurable: { thread_id: thread }, durability };
      const key = RedisCheckpointStore.keyOf(createHash('sha256').update(thread, 'utf16le').digest('hex'));
      const size = async () => [(await listed(saver, config)).length, (await redis.connections.commands?.hlen(key)) ?? 0];
      const sizes: number[][] = [];
      for (let turn = 0; turn < 6; turn += 1) {
        await graph.invoke({ words: ['a'] }, config);
        const asking = await size();
        await graph.invoke(new Command({ resume: 'b' }), config);
        sizes.push([...asking, ...(await size())]);
      }
      // The graph and the one in it while it asks, and no more than that afterwards.
      expect([sizes[1]![0], sizes[1]![1]! > 0]).toEqual([2, url() !== undefined]);
      for (const each of sizes.slice(2)) expect(each).toEqual(sizes[1]);
    });
  });
}

describeSaver('in memory', () => undefined);
describeWithRedis((url) => describeSaver('in Redis', url));
