import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { whatFailed } from '../logging/what-failed.js';
import { version } from '../version.js';
import type { Tracing } from './tracing.types.js';

/** How often is told that the collector does not take what is sent. */
const TELL_MILLISECONDS = 60_000;

const logger = new Logger('Tracing');

/** OpenTelemetry's SDK as its variables say, for the whole process. Spans that the collector does not take are lost. */
export class TracingSdk implements Tracing {
  private readonly provider: NodeTracerProvider;
  private readonly tell = atMostEvery(TELL_MILLISECONDS, tellLoss);

  constructor() {
    setGlobalErrorHandler((error) => this.tell(whatFailed(error)));
    const own = resourceFromAttributes({ 'service.name': 'parlance', 'service.version': version() });
    this.provider = new NodeTracerProvider({
      resource: defaultResource()
        .merge(own)
        .merge(detectResources({ detectors: [envDetector] })),
      spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
    });
    // Without baggage: it is the callers', and would be handed on to vendors.
    this.provider.register({ propagator: new W3CTraceContextPropagator() });
  }

  async stop(milliseconds: number): Promise<void> {
    const done = new AbortController();
    const sent = this.provider.shutdown().catch((error: unknown) => this.tell(whatFailed(error)));
    const late = sleep(milliseconds, undefined, { signal: done.signal }).then(() => this.tell('no answer in time'));
    await Promise.race([sent, late]);
    done.abort();
  }
}

function tellLoss(why: string): void {
  logger.warn(`The collector of traces does not take them: ${why}. They are lost.`);
}

/** Leaves out what comes sooner after the last time. */
export function atMostEvery<Value>(milliseconds: number, tell: (value: Value) => void): (value: Value) => void {
  // Of a clock that never goes back: the time of day may jump.
  let next = 0;
  return (value) => {
    if (performance.now() < next) return;
    next = performance.now() + milliseconds;
    tell(value);
  };
}
