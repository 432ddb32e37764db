import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Counter, Gauge, Histogram } from 'prom-client';
import { MetricsRegistry } from '../metrics-registry.js';

const REQUEST = ['method', 'route', 'status'] as const;
const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
/** Seconds. */
const DURATIONS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** Requests by their route: an address may have anything in it, and is never shown. */
@Injectable()
export class HttpMetrics {
  private readonly requests: Counter<(typeof REQUEST)[number]>;
  private readonly durations: Histogram<(typeof REQUEST)[number]>;
  private readonly inProgress: Gauge;

  constructor(registry: MetricsRegistry) {
    const registers = [registry];
    this.requests = new Counter({
      name: 'parlance_http_requests_total',
      help: 'HTTP requests that were answered or left.',
      labelNames: REQUEST,
      registers,
    });
    this.durations = new Histogram({
      name: 'parlance_http_request_duration_seconds',
      help: 'From the head of a request to the last byte of its answer.',
      labelNames: REQUEST,
      buckets: DURATIONS,
      registers,
    });
    this.inProgress = new Gauge({ name: 'parlance_http_requests_in_progress', help: 'HTTP requests that are being answered.', registers });
  }

  began(): void {
    this.inProgress.inc();
  }

  /** @param status 499: the client has left */
  ended({ method, routeOptions }: Pick<FastifyRequest, 'method' | 'routeOptions'>, status: number, milliseconds: number): void {
    this.inProgress.dec();
    const labels = {
      method: METHODS.includes(method) ? method : 'other',
      route: routeOptions.url ?? 'unmatched',
      status: `${Math.floor(status / 100)}xx`,
    };
    this.requests.inc(labels);
    this.durations.observe(labels, milliseconds / 1000);
  }
}
