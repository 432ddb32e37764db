import { IsOptional, Matches } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters } from '../../http/validation.js';

/** The query of `DELETE /v1/cache`: exactly one of key, provider and agent. */
export class ForgetDto {
  @ApiPropertyOptional({ description: 'One entry: `cacheKey` of a trace.' })
  @IsOptional()
  @Matches(/^[0-9a-f]{64}$/, { message: '$property must be 64 hexadecimal digits, as a trace has them' })
  key?: string;

  @ApiPropertyOptional({ description: 'Everything that a provider has made.', example: 'openai' })
  @IsOptional()
  @HasCharacters(1, 64)
  provider?: string;

  @ApiPropertyOptional({ description: 'Everything that was made for an agent.' })
  @IsOptional()
  @HasCharacters(1, 128)
  agent?: string;

  @ApiPropertyOptional({ description: 'Whose agent.', default: 'default' })
  @IsOptional()
  @HasCharacters(1, 128)
  tenant?: string;
}
