import { VoiceObservers, type AttemptNews, type BrokenNews, type RequestNews, type UsageNews, type VoiceNews } from '@parlance/voice';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Counter, Gauge, Histogram } from 'prom-client';
import { defer } from '../../defer.js';
import { LabelValues, NONE } from '../label-values.js';
import { MetricsRegistry } from '../metrics-registry.js';

const ASKED = ['operation', 'provider', 'model'] as const;
const REQUEST = [...ASKED, 'outcome', 'cache'] as const;
/** Seconds. A long text or recording takes minutes. */
const DURATIONS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
/** Seconds: what somebody waits in silence. */
const FIRST_AUDIO = [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10, 30];
const MILLISECONDS = 1000;

/** So many requests have ended in the same way. */
export type RequestCount = Record<(typeof REQUEST)[number], string> & { count: number };

/** What the voice layer does, request by request and attempt by attempt. */
@Injectable()
export class VoiceMetrics implements OnModuleDestroy {
  private readonly requests: Counter<(typeof REQUEST)[number]>;
  private readonly inProgress: Gauge<'operation'>;
  private readonly durations: Histogram<(typeof REQUEST)[number]>;
  private readonly firstAudio: Histogram<'provider' | 'model'>;
  private readonly attempts: Counter<(typeof ASKED)[number] | 'outcome'>;
  private readonly retries: Counter<(typeof ASKED)[number]>;
  private readonly hedges: Counter<(typeof ASKED)[number]>;
  private readonly hedgeWins: Counter<(typeof ASKED)[number]>;
  private readonly broken: Counter<(typeof ASKED)[number] | 'outcome'>;
  private readonly refusedByBudget: Counter<'operation'>;
  private readonly unsubscribe: () => void;

  constructor(
    registry: MetricsRegistry,
    observers: VoiceObservers,
    private readonly labels: LabelValues,
  ) {
    const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter({ name, help, labelNames, registers: [registry] });
    this.requests = counter('parlance_requests_total', 'Requests for speech and transcripts that have ended.', REQUEST);
    this.inProgress = new Gauge({
      name: 'parlance_requests_in_progress',
      help: 'Requests for speech and transcripts that have not ended.',
      labelNames: ['operation'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: 'parlance_request_duration_seconds',
      help: 'From the request to the end of its audio, its transcript or its failure.',
      labelNames: REQUEST,
      buckets: DURATIONS,
      registers: [registry],
    });
    this.firstAudio = new Histogram({
      name: 'parlance_first_audio_seconds',
      help: 'From the request to the first audio, where a provider has made it for this request.',
      labelNames: ['provider', 'model'],
      buckets: FIRST_AUDIO,
      registers: [registry],
    });
    this.attempts = counter('parlance_attempts_total', 'Calls to providers, by how they began or failed.', [...ASKED, 'outcome']);
    this.retries = counter('parlance_retries_total', 'Calls that repeat one to the same provider.', ASKED);
    this.hedges = counter('parlance_hedges_total', 'Calls that were begun because another provider was slow.', ASKED);
    this.hedgeWins = counter('parlance_hedge_wins_total', 'Such calls that were faster.', ASKED);
    this.broken = counter('parlance_broken_streams_total', 'Audio that broke off after its beginning.', [...ASKED, 'outcome']);
    this.refusedByBudget = counter('parlance_budget_refusals_total', 'Requests that did not fit into a budget.', ['operation']);
    // A series that begins with its first count has not increased by it.
    for (const operation of ['speak', 'transcribe'] as const) this.refusedByBudget.inc({ operation }, 0);
    this.unsubscribe = observers.subscribe((news) => {
      if (news.type !== 'usage') defer(() => this.count(news));
    });
  }

  onModuleDestroy(): void {
    this.unsubscribe();
  }

  /** Requests that have ended since the process began. */
  async ended(): Promise<RequestCount[]> {
    const { values } = await this.requests.get();
    return values.map(({ labels, value }) => ({ ...(labels as Omit<RequestCount, 'count'>), count: value }));
  }

  /** Requests that have not. */
  async active(): Promise<number> {
    const { values } = await this.inProgress.get();
    return values.reduce((sum, { value }) => sum + value, 0);
  }

  private count(news: Exclude<VoiceNews, UsageNews>): void {
    if (news.type === 'begun') this.inProgress.inc({ operation: news.operation });
    else if (news.type === 'request') this.requestEnded(news);
    else if (news.type === 'attempt') this.attemptEnded(news);
    else this.brokeOff(news);
  }

  private requestEnded({ outcome, reason, trace }: RequestNews): void {
    const { operation, servedBy, plan, cache, totalMilliseconds = 0, firstAudioMilliseconds } = trace;
    const asked = this.asked(servedBy?.provider, servedBy?.model);
    const labels = { operation, ...asked, outcome, cache: plan.length === 0 ? NONE : cache };
    this.requests.inc(labels);
    this.inProgress.dec({ operation });
    this.durations.observe(labels, totalMilliseconds / MILLISECONDS);
    const isMade = cache !== 'hit' && cache !== 'coalesced';
    if (firstAudioMilliseconds !== undefined && isMade) this.firstAudio.observe(asked, firstAudioMilliseconds / MILLISECONDS);
    if (reason === 'budget_exceeded') this.refusedByBudget.inc({ operation });
  }

  private attemptEnded({ operation, attempt }: AttemptNews): void {
    const labels = { operation, ...this.asked(attempt.provider, attempt.model) };
    this.attempts.inc({ ...labels, outcome: attempt.outcome });
    if (attempt.retry !== undefined) this.retries.inc(labels);
    if (attempt.hedge === true) this.hedges.inc(labels);
    if (attempt.hedge === true && attempt.outcome === 'ok') this.hedgeWins.inc(labels);
  }

  private brokeOff({ operation, candidate, outcome }: BrokenNews): void {
    this.broken.inc({ operation, ...this.asked(candidate.provider, candidate.model), outcome });
  }

  private asked(provider: string | undefined, model: string | undefined): { provider: string; model: string } {
    return { provider: this.labels.provider(provider), model: this.labels.model(provider, model) };
  }
}
