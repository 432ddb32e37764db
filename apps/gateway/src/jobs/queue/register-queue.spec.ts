import { getQueueToken } from '@nestjs/bullmq';
import { Test } from '@nestjs/testing';
import { CacheModule } from '@parlance/cache';
import type { Queue } from 'bullmq';
import { registerQueue } from './register-queue.js';

describe('registerQueue', () => {
  afterEach(() => jest.restoreAllMocks());

  it('prints nothing of an outage that comes before anybody works with the queue', async () => {
    const printed = jest.spyOn(console, 'error').mockImplementation();
    const module = await Test.createTestingModule({
      imports: [CacheModule.forRoot({ redisUrl: 'redis://127.0.0.1:1' }), registerQueue('q')],
    })
      .setLogger({ log: () => undefined, error: () => undefined, warn: () => undefined })
      .compile();
    module.get<Queue>(getQueueToken('q')).emit('error', new Error('Redis is away'));
    expect(printed).not.toHaveBeenCalled();
    await module.close();
  });
});
