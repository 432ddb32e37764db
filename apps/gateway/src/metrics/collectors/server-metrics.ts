import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { Servers } from '../../health/servers.service.js';
import { MetricsRegistry } from '../metrics-registry.js';
import { setAll, type Sample } from '../set-all.js';

/** Whether the servers that replicas share answer; those that are not configured are left out. */
@Injectable()
export class ServerMetrics {
  private readonly up: Gauge;

  constructor(
    registry: MetricsRegistry,
    private readonly servers: Servers,
  ) {
    this.up = new Gauge({
      name: 'parlance_server_up',
      help: 'Whether Redis and the S3 server answer this process: 1 up, 0 away.',
      labelNames: ['server'],
      registers: [registry],
    });
    registry.askedBy(() => this.ask());
  }

  private async ask(): Promise<void> {
    const [redis, s3] = await Promise.all([this.servers.redis(), this.servers.objectStore()]);
    const states = Object.entries({ redis, s3 });
    setAll(
      this.up,
      states.flatMap(([server, state]): Sample[] => (state === undefined ? [] : [[{ server }, state === 'up' ? 1 : 0]])),
    );
  }
}
