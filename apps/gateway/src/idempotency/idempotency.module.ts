import { Global, Module } from '@nestjs/common';
import { Idempotency } from './idempotency.js';

/** `Idempotency` for every route that spends money. Needs the connections to Redis to be there globally. */
@Global()
@Module({ providers: [Idempotency], exports: [Idempotency] })
export class IdempotencyModule {}
