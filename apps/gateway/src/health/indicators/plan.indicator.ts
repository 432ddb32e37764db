import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import type { Operation } from '@parlance/contracts';
import { VoiceReadiness } from '@parlance/voice';
import { Fresh } from '../fresh.js';
import type { Indicator } from './indicator.js';

const FRESH_MILLISECONDS = 1000;

/** Whether somebody can speak, and somebody transcribe, for requests that name no provider. Who cannot is named, with why. */
@Injectable()
export class PlanIndicator implements Indicator {
  private readonly fresh = new Fresh(() => this.look(), FRESH_MILLISECONDS);

  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: VoiceReadiness,
  ) {}

  check(): Promise<HealthIndicatorResult> {
    return this.fresh.get();
  }

  private look(): HealthIndicatorResult {
    return { ...this.partOf('speech', 'speak'), ...this.partOf('transcription', 'transcribe') };
  }

  private partOf(part: string, operation: Operation): HealthIndicatorResult {
    const indicator = this.indicators.check(part);
    const plan = this.readiness.plan(operation);
    // Whoever has set up one of the two only wants no more; a plan without anybody at all serves nothing.
    if (plan.length === 0) return this.readiness.canServe() ? indicator.up({ able: [] }) : indicator.down({ able: [] });
    const able = [...new Set(plan.filter(({ away }) => away === undefined).map(({ provider }) => provider))];
    const away = Object.fromEntries(plan.flatMap((one) => (one.away === undefined ? [] : [[one.provider, one.away]])));
    if (able.length === 0) return indicator.down({ able, away });
    return Object.keys(away).length === 0 ? indicator.up({ able }) : indicator.degraded({ able, away });
  }
}
