import type { Provider } from '@nestjs/common';
import { DiskSpace } from './disk-space.js';
import { EventLoopDelay } from './event-loop-delay.js';
import { AgentsIndicator } from './indicators/agents.indicator.js';
import { DiskIndicator } from './indicators/disk.indicator.js';
import { EnginesIndicator } from './indicators/engines.indicator.js';
import { EventLoopIndicator } from './indicators/event-loop.indicator.js';
import type { Indicator } from './indicators/indicator.js';
import { KeysIndicator } from './indicators/keys.indicator.js';
import { ModelsIndicator } from './indicators/models.indicator.js';
import { PlanIndicator } from './indicators/plan.indicator.js';
import { ProvidersIndicator } from './indicators/providers.indicator.js';
import { ServingIndicator } from './indicators/serving.indicator.js';
import { SharedIndicator } from './indicators/shared.indicator.js';
import { Servers } from './servers.service.js';
import { WarmUpService } from './warm-up.service.js';

/** Token of what readiness looks at, in the order in which it is shown. */
export const READY_INDICATORS = Symbol('ready indicators');

/** The first three can be down; the others only tell. */
const READINESS = [
  EnginesIndicator,
  ServingIndicator,
  PlanIndicator,
  ModelsIndicator,
  AgentsIndicator,
  KeysIndicator,
  SharedIndicator,
  DiskIndicator,
  EventLoopIndicator,
];

/** What the routes of health are made of. */
export const HEALTH_PROVIDERS: readonly Provider[] = [
  DiskSpace,
  EventLoopDelay,
  ProvidersIndicator,
  Servers,
  WarmUpService,
  ...READINESS,
  { provide: READY_INDICATORS, inject: READINESS, useFactory: (...indicators: Indicator[]) => indicators },
];
