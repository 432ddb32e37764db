import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';

export const BREAKER_ACTIONS = ['open', 'close', 'reset'] as const;

/** The body of `POST /v1/providers/:name/breaker`. */
export class SetBreakerDto {
  @ApiProperty({
    enum: BREAKER_ACTIONS,
    description: '`open` keeps requests away from the provider; `close` lets them through again; `reset` also forgets what was counted.',
  })
  @IsIn(BREAKER_ACTIONS)
  action!: (typeof BREAKER_ACTIONS)[number];

  @ApiPropertyOptional({ minimum: 1, maximum: 86_400, description: 'How long it stays open. Default: until it is closed or reset.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(86_400)
  seconds?: number | null;
}
