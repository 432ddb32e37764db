import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { VoiceReadiness } from '@parlance/voice';
import { ProviderStates, type ProviderOverview } from '../../providers/provider-states.service.js';
import { Fresh } from '../fresh.js';
import type { Indicator } from './indicator.js';

const FRESH_MILLISECONDS = 1000;

interface Known {
  providers: ReadonlyMap<string, ProviderOverview>;
  /** Whether somebody serves what names no provider. */
  isServed: boolean;
}

/** Every configured account under its name, from what requests have found out: no vendor is asked. */
@Injectable()
export class ProvidersIndicator implements Indicator {
  private readonly fresh = new Fresh<Known>(() => this.look(), FRESH_MILLISECONDS);

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly states: ProviderStates,
    private readonly readiness: VoiceReadiness,
  ) {}

  /** Down are those that cannot serve while nobody can. */
  async check(): Promise<HealthIndicatorResult> {
    const { providers, isServed } = await this.fresh.get();
    const results = [...providers].map(([name, overview]) => {
      const isDown = !isServed && Object.keys(overview.away).length > 0;
      return this.resultOf(name, overview, isDown);
    });
    return Object.assign({}, ...results) as HealthIndicatorResult;
  }

  /** One of them: down when it can serve nothing that it is there for. @throws NotFoundError */
  async checkOne(name: string): Promise<HealthIndicatorResult> {
    const { providers } = await this.fresh.get();
    const overview = providers.get(name) ?? this.states.overview(name);
    const { operations, away } = overview;
    return this.resultOf(name, overview, operations.length > 0 && operations.every((operation) => away[operation] !== undefined));
  }

  private resultOf(name: string, overview: ProviderOverview, isDown: boolean): HealthIndicatorResult {
    const indicator = this.indicators.check(name);
    const shown = { ...overview };
    if (isDown) return indicator.down(shown);
    const isWhole = Object.keys(overview.away).length === 0 && overview.models.every(({ breaker }) => breaker.state !== 'open');
    return isWhole ? indicator.up(shown) : indicator.degraded(shown);
  }

  private look(): Known {
    const providers = new Map(this.states.names().map((name) => [name, this.states.overview(name)]));
    return { providers, isServed: this.readiness.canServe() };
  }
}
