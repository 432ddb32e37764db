import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { HistoryEnvironment } from './history-environment.js';
import { Variable, VariableGroup } from './variable.js';

/** How the process is watched. */
@VariableGroup('Metrics and health')
export class MetricsEnvironment extends HistoryEnvironment {
  @Variable(
    'TCP port of its own for `GET /metrics`, which then needs no API key and is not on `PORT`; 0 takes a free one. ' +
      'Default: none, `/metrics` is on `PORT` and needs a key where keys are configured.',
  )
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65_535)
  PARLANCE_METRICS_PORT?: number;

  @Variable(
    'Free bytes of the volume with the data directory below which `/health/ready` says `degraded`; 0: never. ' +
      'Default: a twentieth of the volume, and at most 1 GiB. Where stored audio is in S3 it has no effect.',
  )
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  PARLANCE_LOW_DISK_BYTES?: number;
}
