import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { VoiceService } from '@parlance/voice';
import { DrainService } from '../http/drain.service.js';
import { HealthFilter } from './health.filter.js';
import { WarmUpService } from './warm-up.service.js';

@ApiTags('Health')
@UseFilters(HealthFilter)
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly warmUp: WarmUpService,
    private readonly drain: DrainService,
    private readonly voice: VoiceService,
  ) {}

  @Get('live')
  @ApiOperation({ summary: 'The process answers; nothing is asked of it' })
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('startup')
  @HealthCheck()
  async startup(): Promise<HealthCheckResult> {
    return this.health.check([() => this.engines()]);
  }

  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.engines(), () => this.serving(), () => this.models()]);
  }

  private engines(): HealthIndicatorResult {
    const { state } = this.warmUp;
    const indicator = this.indicators.check('engines');
    return state === 'ready' ? indicator.up() : indicator.down({ state });
  }

  /** Never down for it: it tells in time which configured models will end. */
  private models(): HealthIndicatorResult {
    const retiring = this.voice.retiringModels().map(({ account, model, retires, daysLeft, successor }) => ({
      model: `${account}/${model}`,
      retires,
      daysLeft,
      ...(successor !== undefined && { successor }),
    }));
    const indicator = this.indicators.check('models');
    return retiring.length === 0 ? indicator.up() : indicator.up({ retiring });
  }

  private serving(): HealthIndicatorResult {
    const indicator = this.indicators.check('serving');
    return this.drain.isStopping ? indicator.down({ state: 'stopping' }) : indicator.up();
  }
}
