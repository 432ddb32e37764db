import { UsageLedger, VoiceObservers, type UsageNews } from '@parlance/voice';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter } from 'prom-client';
import { defer } from '../../defer.js';
import { LabelValues } from '../label-values.js';
import { MetricsRegistry } from '../metrics-registry.js';

const USED = ['operation', 'provider', 'model'] as const;
type Used = Counter<(typeof USED)[number]>;

/** What was used, and what that costs. Who has used it is for `GET /v1/usage` to tell. */
@Injectable()
export class UsageMetrics implements OnModuleDestroy {
  private readonly characters: Used;
  private readonly seconds: Used;
  private readonly tokens: Counter<(typeof USED)[number] | 'direction'>;
  private readonly cost: Used;
  private readonly unsubscribe: () => void;

  constructor(
    registry: MetricsRegistry,
    observers: VoiceObservers,
    private readonly ledger: UsageLedger,
    private readonly labels: LabelValues,
  ) {
    const counter = (name: string, help: string) => new Counter({ name, help, labelNames: USED, registers: [registry] });
    this.characters = counter('parlance_spoken_characters_total', 'Characters that providers were given to speak.');
    this.seconds = counter('parlance_transcribed_seconds_total', 'Seconds of recordings that providers were given to transcribe.');
    this.tokens = new Counter({
      name: 'parlance_tokens_total',
      help: 'Tokens, where a provider or a model counts them.',
      labelNames: [...USED, 'direction'],
      registers: [registry],
    });
    this.cost = counter('parlance_cost_total', 'What was used, in the currency of the configured prices; without a price it is left out.');
    this.unsubscribe = observers.subscribe((news) => {
      if (news.type === 'usage') defer(() => this.count(news));
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  private count({ name, counts }: UsageNews): void {
    const { operation, provider, model } = name;
    const labels = { operation, provider: this.labels.provider(provider), model: this.labels.model(provider, model) };
    const add = (counter: Used, amount: number | null | undefined) => {
      // A counter never goes back: what turns out to be less than was thought stays as it was counted.
      if (amount != null && amount > 0) counter.inc(labels, amount);
    };
    add(this.characters, counts.characters);
    add(this.seconds, counts.seconds);
    if ((counts.inputTokens ?? 0) > 0) this.tokens.inc({ ...labels, direction: 'input' }, counts.inputTokens);
    if ((counts.outputTokens ?? 0) > 0) this.tokens.inc({ ...labels, direction: 'output' }, counts.outputTokens);
    add(this.cost, this.ledger.costOf(name, counts));
  }
}
