import { NotFoundError } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { Upstreams, type UpstreamReport } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { SetBreakerDto } from './dto/set-breaker.dto.js';

/** A provider as operators see it. */
export interface ProviderState {
  name: string;
  vendor: string;
  operations: readonly ('speak' | 'transcribe')[];
  /** Somebody has decided that it is not to be asked. */
  heldOpen: boolean;
  /** What it was asked for so far, by model and operation. */
  models: readonly UpstreamReport[];
}

/** Shows how the providers are, and lets operators keep requests away from one. */
@Injectable()
export class ProviderStates {
  constructor(
    private readonly factory: ProviderFactory,
    private readonly upstreams: Upstreams,
  ) {}

  all(): ProviderState[] {
    return this.factory.names().map((name) => this.stateOf(name));
  }

  /** @throws NotFoundError */
  one(name: string): ProviderState {
    if (!this.factory.names().includes(name)) {
      throw new NotFoundError('provider', name, this.factory.names(), { reason: 'provider_not_found' });
    }
    return this.stateOf(name);
  }

  /** @throws NotFoundError */
  set(name: string, { action, seconds }: SetBreakerDto): ProviderState {
    this.one(name);
    if (action === 'open') this.upstreams.hold(name, seconds == null ? undefined : seconds * 1000);
    else if (action === 'close') this.upstreams.close(name);
    else this.upstreams.reset(name);
    return this.stateOf(name);
  }

  private stateOf(name: string): ProviderState {
    const operations = [
      ...(this.factory.speechNames().includes(name) ? ['speak' as const] : []),
      ...(this.factory.transcriptionNames().includes(name) ? ['transcribe' as const] : []),
    ];
    const { factory, upstreams } = this;
    return { name, vendor: factory.vendorOf(name), operations, heldOpen: upstreams.isHeld(name), models: upstreams.report(name) };
  }
}
