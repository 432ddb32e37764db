import type { QueueMeasure } from '@parlance/channels';
import type { Queue } from 'bullmq';
import { asked } from './bull-connection.js';

/** How a queue stands over all processes. @throws ParlanceError `unavailable` */
export async function measureQueue(queue: Queue): Promise<QueueMeasure> {
  const [counts, [oldest]] = await asked(() => Promise.all([queue.getJobCounts('waiting', 'delayed', 'active'), queue.getWaiting(0, 0)]));
  const { waiting = 0, delayed = 0, active = 0 } = counts;
  const oldestSeconds = oldest == null ? 0 : Math.max(0, Date.now() - oldest.timestamp) / 1000;
  return { waiting: waiting + delayed, running: active, oldestSeconds };
}
