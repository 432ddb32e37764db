import { Inject, Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { CacheStore } from '@parlance/contracts';
import { CacheModule } from './cache.module.js';
import { Coalescer } from './coalescing/coalescer.js';

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
});
