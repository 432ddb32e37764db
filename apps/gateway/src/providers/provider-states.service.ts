import { NotFoundError, type Operation } from '@parlance/contracts';
import { ProviderFactory, type CredentialState } from '@parlance/providers';
import { Upstreams, VoiceReadiness, type AwayReason, type UpstreamReport } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import type { SetBreakerDto } from './dto/set-breaker.dto.js';
import { modelEnd, type ModelEnd } from './model-end.js';

/** A provider as everybody may see it who reaches the process. */
export interface ProviderOverview {
  vendor: string;
  operations: readonly Operation[];
  credentials: CredentialState;
  /** Why it cannot serve, by operation; empty: as far as is known it can. */
  away: Partial<Record<Operation, AwayReason>>;
  /** Those of its models whose end is announced. */
  retiring: readonly ModelEnd[];
  /** What the configured account was asked for so far. */
  models: readonly UpstreamOverview[];
}

/** Without how much is asked. */
export type UpstreamOverview = Omit<UpstreamReport, 'breaker'> & {
  breaker: Pick<UpstreamReport['breaker'], 'state' | 'cause' | 'openForMilliseconds'>;
};

/** A provider as operators see it. */
export interface ProviderState extends Omit<ProviderOverview, 'models'> {
  name: string;
  /** Somebody has decided that it is not to be asked. */
  heldOpen: boolean;
  /** What it was asked for so far, by model and operation, accounts of callers' own included. */
  models: readonly UpstreamReport[];
}

/** Shows how the providers are, and lets operators keep requests away from one. */
@Injectable()
export class ProviderStates {
  constructor(
    private readonly factory: ProviderFactory,
    private readonly upstreams: Upstreams,
    private readonly readiness: VoiceReadiness,
  ) {}

  names(): readonly string[] {
    return this.factory.names();
  }

  all(): ProviderState[] {
    return this.names().map((name) => this.stateOf(name));
  }

  /** @throws NotFoundError */
  one(name: string): ProviderState {
    this.mustExist(name);
    return this.stateOf(name);
  }

  /** The same for everybody: without models that callers may have made up, and accounts of their own. @throws NotFoundError */
  overview(name: string): ProviderOverview {
    this.mustExist(name);
    const models = this.upstreams.report(name, this.factory.fingerprintOf(name)).filter((one) => this.lists(name, one));
    return {
      ...this.factsOf(name),
      models: models.map(({ breaker: { state, cause, openForMilliseconds }, ...others }) => ({
        ...others,
        breaker: { state, ...(cause !== undefined && { cause }), ...(openForMilliseconds !== undefined && { openForMilliseconds }) },
      })),
    };
  }

  /** @throws NotFoundError */
  set(name: string, { action, seconds }: SetBreakerDto): ProviderState {
    this.mustExist(name);
    if (action === 'open') this.upstreams.hold(name, seconds == null ? undefined : seconds * 1000);
    else if (action === 'close') this.upstreams.close(name);
    else this.upstreams.reset(name);
    return this.stateOf(name);
  }

  private stateOf(name: string): ProviderState {
    return { name, ...this.factsOf(name), heldOpen: this.upstreams.isHeld(name), models: this.upstreams.report(name) };
  }

  private factsOf(name: string): Omit<ProviderOverview, 'models'> {
    const { factory } = this;
    const standings = this.readiness.of(name);
    const ends = factory.retiringModels().filter(({ account }) => account === name);
    return {
      vendor: factory.vendorOf(name),
      operations: [
        ...(factory.speechNames().includes(name) ? ['speak' as const] : []),
        ...(factory.transcriptionNames().includes(name) ? ['transcribe' as const] : []),
      ],
      credentials: factory.credentialsOf(name),
      away: Object.fromEntries(standings.flatMap(({ operation, away }) => (away === undefined ? [] : [[operation, away]]))),
      retiring: ends.map((end) => modelEnd(end)),
    };
  }

  private lists(name: string, { operation, model }: UpstreamReport): boolean {
    const port = operation === 'speak' ? this.factory.speechProvider(name) : this.factory.transcriptionProvider(name);
    return port.capabilities.models.some(({ id }) => id === model);
  }

  private mustExist(name: string): void {
    if (!this.names().includes(name)) throw new NotFoundError('provider', name, this.names(), { reason: 'provider_not_found' });
  }
}
