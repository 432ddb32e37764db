import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import { RedisConnections } from '@parlance/cache';
import { PRODUCER_OPTIONS } from './bull-connection.js';

/** A queue on the connection that fails at once: whoever puts something into it is told so while Redis is away. */
export function registerQueue(name: string): DynamicModule {
  return BullModule.registerQueueAsync({
    name,
    inject: [RedisConnections],
    useFactory: ({ commands }: RedisConnections) => ({ ...PRODUCER_OPTIONS, connection: commands! }),
  });
}
