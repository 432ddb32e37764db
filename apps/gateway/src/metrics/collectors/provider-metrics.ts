import { ProviderFactory } from '@parlance/providers';
import { Upstreams, VoiceCatalogue } from '@parlance/voice';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { LabelValues } from '../label-values.js';
import { MetricsRegistry } from '../metrics-registry.js';
import { setAll, type Sample } from '../set-all.js';

const STATES = { closed: 0, half_open: 1, open: 2 } as const;

/** How the providers are. */
@Injectable()
export class ProviderMetrics {
  private readonly breakers: Gauge;
  private readonly retirements: Gauge;

  constructor(
    registry: MetricsRegistry,
    private readonly factory: ProviderFactory,
    private readonly upstreams: Upstreams,
    private readonly catalogue: VoiceCatalogue,
    private readonly labels: LabelValues,
  ) {
    this.breakers = new Gauge({
      name: 'parlance_breaker_state',
      help: 'Circuit breakers: 0 closed, 1 half open, 2 open. The worst where several have the same labels.',
      labelNames: ['operation', 'provider', 'model'],
      registers: [registry],
    });
    this.retirements = new Gauge({
      name: 'parlance_model_retirement_timestamp_seconds',
      help: 'When a configured model ends, as its vendor has announced it.',
      labelNames: ['provider', 'model'],
      registers: [registry],
    });
    registry.askedBy(async () => this.ask());
  }

  private ask(): void {
    setAll(this.breakers, this.states());
    const ends = this.catalogue.retiringModels().map(({ account, model, retires }): Sample => {
      return [{ provider: this.labels.provider(account), model: this.labels.model(account, model) }, Date.parse(retires) / 1000];
    });
    setAll(this.retirements, ends);
  }

  private states(): Sample[] {
    const worst = new Map<string, Sample>();
    for (const provider of this.factory.names()) {
      for (const { model, operation, breaker } of this.upstreams.report(provider)) {
        const labels = { operation, provider, model: this.labels.model(provider, model) };
        const key = JSON.stringify(labels);
        const [, known = 0] = worst.get(key) ?? [];
        worst.set(key, [labels, Math.max(known, STATES[breaker.state])]);
      }
    }
    return [...worst.values()];
  }
}
