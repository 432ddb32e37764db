import { USAGE_GROUPS, type UsageGroup } from '@parlance/voice';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, ValidateBy } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters } from '../../http/validation.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

function IsDay(): PropertyDecorator {
  return ValidateBy({
    name: 'isDay',
    validator: {
      validate: (value: unknown): boolean => typeof value === 'string' && isDay(value),
      defaultMessage: (): string => '$property must be a day in UTC such as 2026-11-25',
    },
  });
}

/** The 30th of February is none, whatever it is rolled over to. */
function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

/** The query of `GET /v1/usage`. */
export class UsageQueryDto {
  @ApiPropertyOptional({ example: '2026-11-01', description: 'The first day, in UTC. Default: 29 days before the last.' })
  @IsOptional()
  @IsDay()
  from?: string;

  @ApiPropertyOptional({ example: '2026-11-30', description: 'The last day, in UTC. Default: today.' })
  @IsOptional()
  @IsDay()
  to?: string;

  @ApiPropertyOptional({
    type: String,
    default: 'agent,provider,day',
    description: `What the numbers are added up by, as a comma list: ${USAGE_GROUPS.join(', ')}. Empty: one row for all.`,
  })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? namesIn(value) : (value as unknown)))
  @IsIn(USAGE_GROUPS, { each: true, message: `$property must be a comma list of ${USAGE_GROUPS.join(', ')}` })
  groupBy?: readonly UsageGroup[];

  @ApiPropertyOptional({ description: 'Only of this tenant.' })
  @IsOptional()
  @HasCharacters(1, 128)
  tenant?: string;

  @ApiPropertyOptional({ description: 'Only of this agent.' })
  @IsOptional()
  @HasCharacters(1, 128)
  agent?: string;
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
