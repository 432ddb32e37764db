import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { Servers } from '../servers.service.js';
import type { Indicator } from './indicator.js';

/** Never down: without Redis and S3 every replica serves on its own. */
@Injectable()
export class SharedIndicator implements Indicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly servers: Servers,
  ) {}

  async check(): Promise<HealthIndicatorResult> {
    const [redis, objectStore] = await Promise.all([this.servers.redis(), this.servers.objectStore()]);
    const states = { ...(redis !== undefined && { redis }), ...(objectStore !== undefined && { objectStore }) };
    const indicator = this.indicators.check('shared');
    return Object.values(states).includes('away') ? indicator.degraded(states) : indicator.up(states);
  }
}
