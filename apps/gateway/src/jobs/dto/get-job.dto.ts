import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** The query of `GET /v1/jobs/:id`. */
export class GetJobDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 3600, description: 'How long the link to speech lives, in seconds.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(604_800)
  expiresInSeconds?: number;
}
