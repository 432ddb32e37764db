import { AUDIO_FORMATS, type AudioFormat } from '@parlance/contracts';
import { Transform, Type } from 'class-transformer';
import { IsIn, IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';
import { checkNesting } from '../../http/nesting.js';
import { HasCharacters } from '../../http/validation.js';

const DELIVERIES = ['file', 'chunks'] as const;

/** The fields of `POST /v1/agents/:agentId/turns` that go with a message of any kind. */
export class TurnFieldsDto {
  @ApiPropertyOptional({ description: 'The conversation. Default: one of its own, which nobody comes back to.', maxLength: 256 })
  @IsOptional()
  @HasCharacters(1, 256)
  thread?: string;

  @ApiPropertyOptional({
    maxLength: 256,
    description: 'A name for this turn: sent again with the same thread it gives the same answer, and is not done twice.',
  })
  @IsOptional()
  @HasCharacters(1, 256)
  id?: string;

  @ApiPropertyOptional({ description: 'Who sends it: agents limit how often one user may ask.', maxLength: 256 })
  @IsOptional()
  @HasCharacters(1, 256)
  user?: string;

  @ApiPropertyOptional({
    enum: DELIVERIES,
    default: 'file',
    description: 'Speech as a stored file with a link, or (only with events) as base64 pieces while it is made.',
  })
  @IsOptional()
  @IsIn(DELIVERIES)
  delivery?: (typeof DELIVERIES)[number];

  @ApiPropertyOptional({ enum: AUDIO_FORMATS, description: 'What the reply is spoken in. Default: the agent’s.' })
  @IsOptional()
  @IsIn(AUDIO_FORMATS)
  format?: AudioFormat;

  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 3600, description: 'How long the link to the speech lives.' })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(604_800)
  expiresInSeconds?: number;

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'An agent of your own for this turn, as a file of it would be: then the id in the path is only its name.',
  })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? jsonOf(value) : (value as unknown)))
  @IsObject()
  config?: Record<string, unknown>;
}

/** The JSON body: a text, or a stored recording. */
export class TurnDto extends TurnFieldsDto {
  @ApiPropertyOptional({ description: 'What the person has written.', maxLength: 100_000 })
  @IsOptional()
  @HasCharacters(1, 100_000)
  text?: string;

  @ApiPropertyOptional({ description: 'A stored recording of what the person has said: the id that `POST /v1/files` gave.' })
  @IsOptional()
  @HasCharacters(1, 1400)
  fileId?: string;
}

/** The form: a recording. */
export class TurnFormDto extends TurnFieldsDto {
  @ApiProperty({ type: 'string', format: 'binary', description: 'What the person has said.' })
  file?: never;
}

/** A form has its objects as text. */
function jsonOf(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  checkNesting(value);
  return value;
}
