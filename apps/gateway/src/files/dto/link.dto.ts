import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';

/** The query of what answers with a link: `GET /v1/files/{id}/url` and `GET /v1/jobs/{id}`. */
export class LinkDto {
  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 3600, description: 'How long the link lives, in seconds.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(604_800)
  expiresInSeconds?: number;
}
