import { Controller, Get, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  HealthCheck,
  HealthCheckService,
  HealthIndicatorService,
  type HealthCheckResult,
  type HealthIndicatorResult,
} from '@nestjs/terminus';
import { Agents } from '@parlance/agent-runner';
import { KeyRing } from '../access/key-ring.service.js';
import { DrainService } from '../http/drain.service.js';
import { HealthFilter } from './health.filter.js';
import { Servers } from './servers.service.js';
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
    private readonly servers: Servers,
    private readonly agents: Agents,
    private readonly keys: KeyRing,
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
    return this.health.check([
      () => this.engines(),
      () => this.serving(),
      () => this.models(),
      () => this.agentFiles(),
      () => this.keysFile(),
      () => this.shared(),
    ]);
  }

  private engines(): HealthIndicatorResult {
    const { state } = this.warmUp;
    const indicator = this.indicators.check('engines');
    return state === 'ready' ? indicator.up() : indicator.down({ state });
  }

  /** Never down for it: it tells in time which configured models will end. */
  private models(): HealthIndicatorResult {
    const retiring = this.warmUp.retiringModels().map(({ account, model, retires, daysLeft, successor }) => ({
      model: `${account}/${model}`,
      retires,
      daysLeft,
      ...(successor !== undefined && { successor }),
    }));
    const indicator = this.indicators.check('models');
    return retiring.length === 0 ? indicator.up() : indicator.up({ retiring });
  }

  /** Never down for it: of a file that cannot be read the last good version stands. */
  private agentFiles(): HealthIndicatorResult {
    const files = [...new Set(this.agents.problems().map(({ file }) => file))];
    const indicator = this.indicators.check('agents');
    return files.length === 0 ? indicator.up() : indicator.degraded({ files });
  }

  /** Never down for it: the last good version stands. What is wrong is in the log, which not everybody reads. */
  private keysFile(): HealthIndicatorResult {
    const indicator = this.indicators.check('keys');
    const problems = this.keys.problems().length;
    return problems === 0 ? indicator.up() : indicator.degraded({ problems });
  }

  /** Never down for it: without Redis and S3 every replica serves on its own. */
  private async shared(): Promise<HealthIndicatorResult> {
    const [redis, objectStore] = await Promise.all([this.servers.redis(), this.servers.objectStore()]);
    const states = { ...(redis !== undefined && { redis }), ...(objectStore !== undefined && { objectStore }) };
    const indicator = this.indicators.check('shared');
    return Object.values(states).includes('away') ? indicator.degraded(states) : indicator.up(states);
  }

  private serving(): HealthIndicatorResult {
    const indicator = this.indicators.check('serving');
    return this.drain.isStopping ? indicator.down({ state: 'stopping' }) : indicator.up();
  }
}
