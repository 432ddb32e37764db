import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
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

/** The sources and the built files lie at different depths below the project's root. */
function version(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json')) && dirname(directory) !== directory) directory = dirname(directory);
  return (JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { version: string }).version;
}
