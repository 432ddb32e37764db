import { Injectable } from '@nestjs/common';
import { MetricsRegistry } from './metrics-registry.js';
import { nodeMetrics } from './node-metrics.js';

/** Everything that is measured, as Prometheus reads it. */
@Injectable()
export class Metrics {
  /** Of the text. */
  readonly contentType: string;

  constructor(private readonly registry: MetricsRegistry) {
    this.contentType = registry.contentType;
  }

  async text(): Promise<string> {
    const [own, node] = await Promise.all([this.registry.read(), nodeMetrics().metrics()]);
    return `${own}\n${node}`;
  }
}
