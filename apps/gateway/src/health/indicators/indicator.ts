import type { HealthIndicatorResult } from '@nestjs/terminus';

/** Something that health looks at. Never throws, and shows nothing that not everybody may know. */
export interface Indicator {
  check(): HealthIndicatorResult | Promise<HealthIndicatorResult>;
}
