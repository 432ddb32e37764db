import { context, isSpanContextValid, SpanKind, trace, type Context, type Span, type SpanContext } from '@opentelemetry/api';
import type { Trace, TraceAttempt, TraceCandidate, TraceSkipped, Usage } from '@parlance/contracts';
import { inSpan, isTraced, noteFailure, tracer } from './spans.js';
import type { Outcome } from './voice-observers.js';

/** In the words of OpenTelemetry's conventions, as far as there are any. */
const OPERATIONS = {
  speak: { 'gen_ai.operation.name': 'text_to_speech', 'gen_ai.output.type': 'speech' },
  transcribe: { 'gen_ai.operation.name': 'speech_to_text', 'gen_ai.output.type': 'text' },
} as const;

/** The span of one request, and below it those of its plan and its attempts. */
export class RequestSpan {
  private readonly began = Date.now();
  private readonly span: Span;
  /** `undefined`: nothing is traced. */
  private readonly place: Context | undefined;

  constructor(private readonly operation: Trace['operation']) {
    this.span = tracer.startSpan(operation, { attributes: OPERATIONS[operation] });
    this.place = isTraced(this.span) ? trace.setSpan(context.active(), this.span) : undefined;
  }

  /** For those who follow this request; `undefined`: nothing is traced. */
  get spanContext(): SpanContext | undefined {
    const spanContext = this.span.spanContext();
    const { traceId, spanId, traceFlags } = spanContext;
    return isSpanContextValid(spanContext) ? { traceId, spanId, traceFlags } : undefined;
  }

  /** Does a part of the request, whoever it is that asks for it. */
  within<Result>(work: () => Result): Result {
    return this.place === undefined ? work() : context.with(this.place, work);
  }

  /** Who may be asked is known. */
  planned(plan: readonly TraceCandidate[], skipped: readonly TraceSkipped[]): void {
    if (!this.span.isRecording()) return;
    const attributes = {
      'parlance.plan': plan.map(({ provider, model }) => `${provider}/${model}`),
      'parlance.plan.skipped': skipped.map(({ provider }) => provider),
    };
    tracer.startSpan('plan', { startTime: this.began, attributes }, this.place).end();
  }

  async attempt<Result>(
    { provider, model }: TraceCandidate,
    { segment, retry = 0, hedge = false }: Pick<TraceAttempt, 'segment' | 'retry' | 'hedge'>,
    call: () => Promise<Result>,
  ): Promise<Result> {
    if (this.place === undefined) return call();
    const attributes = {
      ...OPERATIONS[this.operation],
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      'parlance.segment': segment,
      'parlance.retry': retry,
      'parlance.hedge': hedge,
    };
    return this.within(() => inSpan('attempt', attributes, call, SpanKind.CLIENT));
  }

  firstAudio(): void {
    this.span.addEvent('first audio');
  }

  /** The work is done by another request. */
  follow(leader: SpanContext | undefined): void {
    if (leader !== undefined) this.span.addLink({ context: leader });
  }

  ended(outcome: Outcome, { cache, attempts, segments, servedBy }: Trace, usage: Usage): void {
    if (!this.span.isRecording()) return;
    const { characters, seconds, inputTokens, outputTokens } = usage;
    this.span.setAttributes({
      'parlance.cache': cache,
      'parlance.coalesced': cache === 'coalesced',
      'parlance.attempts': attempts.length,
      'parlance.segments': segments,
      ...(servedBy !== undefined && { 'gen_ai.provider.name': servedBy.provider, 'gen_ai.response.model': servedBy.model }),
      ...(characters !== undefined && { 'parlance.characters': characters }),
      ...(seconds !== undefined && { 'parlance.seconds': seconds }),
      ...(inputTokens !== undefined && { 'gen_ai.usage.input_tokens': inputTokens }),
      ...(outputTokens !== undefined && { 'gen_ai.usage.output_tokens': outputTokens }),
    });
    if (outcome !== 'ok') noteFailure(this.span, outcome);
    this.span.end();
  }
}
