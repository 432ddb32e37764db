import { applyDecorators, Controller, Get, Inject, Param, UseFilters } from '@nestjs/common';
import { HealthCheck, HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { ApiHealthResponses, ApiNotFoundResponse, ApiOperation, ApiTags } from '../api-description.js';
import { HealthFilter } from './health.filter.js';
import { READY_INDICATORS } from './health.providers.js';
import { EnginesIndicator } from './indicators/engines.indicator.js';
import type { Indicator } from './indicators/indicator.js';
import { ProvidersIndicator } from './indicators/providers.indicator.js';

/** Without the description of its own, which would load what only /docs needs. */
const Check = () => applyDecorators(HealthCheck({ noCache: true, swaggerDocumentation: false }), ApiHealthResponses());

@ApiTags('Health')
@UseFilters(HealthFilter)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly engines: EnginesIndicator,
    @Inject(READY_INDICATORS) private readonly readiness: readonly Indicator[],
    private readonly providerIndicator: ProvidersIndicator,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers; nothing is asked of it' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('startup')
  @Check()
  @ApiOperation({ summary: 'What the first requests need has been loaded' })
  startup(): Promise<HealthCheckResult> {
    return this.health.check([() => this.engines.check()]);
  }

  @Get('ready')
  @Check()
  @ApiOperation({ summary: 'Somebody can speak and somebody can transcribe; what else is not well is told' })
  ready(): Promise<HealthCheckResult> {
    return this.health.check(this.readiness.map((indicator) => () => indicator.check()));
  }

  @Get('providers')
  @Check()
  @ApiOperation({ summary: 'The providers, from what requests have found out; no vendor is asked' })
  providers(): Promise<HealthCheckResult> {
    return this.health.check([() => this.providerIndicator.check()]);
  }

  @Get('providers/:name')
  @Check()
  @ApiOperation({ summary: 'One provider' })
  @ApiNotFoundResponse({ description: 'There is no such provider; the message names those that there are.' })
  provider(@Param('name') name: string): Promise<HealthCheckResult> {
    return this.health.check([() => this.providerIndicator.checkOne(name)]);
  }
}
