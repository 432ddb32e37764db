import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

/** The query of `GET /v1/files/{id}/url`. */
export class LinkDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 3600, description: 'How long the link lives.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(604_800)
  expiresInSeconds?: number;
}
