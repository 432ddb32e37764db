import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { RedisConnections } from '@parlance/cache';
import { Queue } from 'bullmq';
import { PRODUCER_OPTIONS } from './bull-connection.js';

/** What nobody listens to BullMQ prints, with its stack; the first errors come before there is anybody. */
class HeardQueue extends Queue {
  constructor(...parameters: ConstructorParameters<typeof Queue>) {
    super(...parameters);
    this.on('error', () => undefined);
  }
}

BullModule.queueClass = HeardQueue;

/** A queue on the connection that fails at once: whoever puts something into it is told so while Redis is away. */
export function registerQueue(name: string): DynamicModule {
  return BullModule.registerQueueAsync({
    name,
    inject: [RedisConnections],
    useFactory: ({ commands }: RedisConnections) => ({ ...PRODUCER_OPTIONS, connection: commands! }),
  });
}
