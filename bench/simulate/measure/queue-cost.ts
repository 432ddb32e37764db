import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { RedisServer } from '../../../libs/testing/src/servers/redis-server.js';
import { processorTime } from '../../harness/processor-time.js';

const JOBS = 3000;
const AT_A_TIME = 50;

/**
 * What one job of the queue costs Redis, from being added to being done, in milliseconds of its processor. All keys of
 * the queue are in one place of a cluster: no number of nodes takes more jobs than one.
 */
export async function queueCost(): Promise<number> {
  const server = await RedisServer.start();
  const connection = new Redis(server.url, { maxRetriesPerRequest: null });
  const queue = new Queue('chats', { connection, prefix: '{parlance}' });
  let work: () => Promise<void> = () => Promise.resolve();
  let left = JOBS;
  const done = new Promise<void>((resolve) => {
    work = async () => {
      if (--left === 0) resolve();
    };
  });
  const worker = new Worker('chats', () => work(), { connection, prefix: '{parlance}', concurrency: AT_A_TIME });
  try {
    await worker.waitUntilReady();
    const pid = Number(/process_id:(\d+)/.exec(String(await server.command('INFO', 'server')))![1]);
    const before = processorTime(pid).all;
    for (let added = 0; added < JOBS; added += AT_A_TIME) {
      await Promise.all(Array.from({ length: AT_A_TIME }, () => queue.add('chat', { chat: 'one' }, { removeOnComplete: true })));
    }
    await done;
    return (processorTime(pid).all - before) / JOBS;
  } finally {
    await worker.close();
    await queue.close();
    connection.disconnect();
    await server.stop();
  }
}
