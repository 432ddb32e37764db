import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';

const MOST = 200;

/** The query of `GET /v1/traces`. */
export class TracesQueryDto {
  @ApiPropertyOptional({ minimum: 1, maximum: MOST, default: MOST, description: 'How many are listed.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(MOST)
  limit = MOST;

  @ApiPropertyOptional({ minimum: 0, maximum: MOST, default: 0, description: 'How many of before are sent as events first.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(MOST)
  replay = 0;
}
