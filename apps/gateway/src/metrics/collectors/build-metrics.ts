import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { version } from '../../version.js';
import { MetricsRegistry } from '../metrics-registry.js';

/** What is running. */
@Injectable()
export class BuildMetrics {
  constructor(registry: MetricsRegistry) {
    const build = new Gauge({
      name: 'parlance_build_info',
      help: 'Always 1: the version of Parlance and of Node.',
      labelNames: ['version', 'node'],
      registers: [registry],
    });
    build.set({ version: version(), node: process.versions.node }, 1);
  }
}
