import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CacheStore } from '@parlance/contracts';
import { describeWithRedis, PATIENT_REDIS } from '@parlance/testing';
import { CacheModule } from './cache.module.js';
import { Coalescer } from './coalescing/coalescer.js';
import type { TieredCacheStore } from './tiered/tiered-cache-store.js';

@Injectable()
class Consumer {
  constructor(
    @Inject(CacheStore) readonly store: CacheStore,
    readonly coalescer: Coalescer,
  ) {}
}

@Module({ providers: [Consumer] })
class ConsumerModule {}

describe('CacheModule', () => {
  it('gives every module the same store and coalescer, with the options it was given', async () => {
    const module = await Test.createTestingModule({
      imports: [CacheModule.forRootAsync({ useFactory: () => ({ maximumBytes: 2000 }) }), ConsumerModule],
    }).compile();
    const { store, coalescer } = module.get(Consumer, { strict: false });
    await store.set('too-large', new Uint8Array(2000), 60);
    await store.set('fits', new Uint8Array(100), 60);
    expect((await store.getMany(['too-large', 'fits'])).map((value) => value?.length)).toEqual([undefined, 100]);
    expect(coalescer).toBe(module.get(Coalescer));
    await module.close();
  });

  it('refuses a Redis URL that is none', async () => {
    const build = Test.createTestingModule({ imports: [CacheModule.forRoot({ redisUrl: 'redis://:hunter2@a,b' })] }).compile();
    await expect(build).rejects.toMatchObject({ code: 'invalid', message: expect.not.stringContaining('hunter2') });
  });

  it('starts and works while Redis is away, and says so', async () => {
    const warnings: string[] = [];
    const module = await Test.createTestingModule({ imports: [CacheModule.forRoot({ redisUrl: 'redis://127.0.0.1:1' })] })
      .setLogger({ log: () => undefined, error: () => undefined, warn: (message: string) => warnings.push(message) })
      .compile();
    expect(warnings.splice(0)).toEqual([expect.stringMatching(/Redis is away.*REDIS_URL/)]);
    const store = module.get<TieredCacheStore>(CacheStore);
    await store.set('key', Uint8Array.of(1), 60);
    expect(await store.getMany(['key'])).toEqual([Uint8Array.of(1)]);
    expect(store.state).toBe('away');
    expect(warnings).toEqual([expect.stringMatching(/Redis is away.*ECONNREFUSED/)]);
    await module.close();
  });

  describeWithRedis((url) => {
    it('shares the cache of several processes', async () => {
      const options = () => ({ redisUrl: url(), redisTimes: PATIENT_REDIS });
      const start = () => Test.createTestingModule({ imports: [CacheModule.forRoot(options())] }).compile();
      const modules = [await start(), await start()];
      const [one, two] = modules.map((module) => module.get<CacheStore>(CacheStore));
      const key = `module-${Date.now()}`;
      await one?.set(key, Uint8Array.of(1), 60);
      expect(await two?.getMany([key])).toEqual([Uint8Array.of(1)]);
      await Promise.all(modules.map((module) => module.close()));
    });
  });
});
