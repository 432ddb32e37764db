import { Transform, Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters, IsNumberBetween } from '../../http/validation.js';

/** Forms and queries have words only. */
function toBoolean(value: unknown): unknown {
  return value === 'true' ? true : value === 'false' ? false : value;
}

/** The fields of `POST /v1/voice/transcribe`: of the form, or of the query when the body is the recording itself. */
export class TranscribeDto {
  @ApiPropertyOptional({ description: 'One of `GET /v1/models`.', example: 'local/moonshine-tiny' })
  @IsOptional()
  @HasCharacters(1, 200)
  model?: string;

  @ApiPropertyOptional({ type: [String], description: 'Providers in the order to try. Default: the plan of the server.' })
  @IsOptional()
  @Transform(({ value }) => (typeof value === 'string' ? value.split(',').map((name) => name.trim()) : (value as unknown)))
  @IsArray()
  @ArrayMinSize(1, { message: '$property must name one or more' })
  @ArrayMaxSize(32)
  @HasCharacters(1, 64, { each: true })
  providers?: readonly string[];

  @ApiPropertyOptional({ description: 'BCP 47. Default: found out, or the model’s own.' })
  @IsOptional()
  @HasCharacters(1, 64)
  language?: string;

  @ApiPropertyOptional({ description: 'Words and spellings to expect.' })
  @IsOptional()
  @HasCharacters(0, 20_000)
  prompt?: string;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsNumberBetween(0, 1)
  temperature?: number;

  @ApiPropertyOptional({ description: 'Whether to write punctuation. Default: as the provider does by itself.' })
  @IsOptional()
  @Transform(({ value }) => toBoolean(value))
  @IsBoolean()
  punctuation?: boolean;

  @ApiPropertyOptional({ description: 'Whether to mask or leave out profanities. Default: as the provider does by itself.' })
  @IsOptional()
  @Transform(({ value }) => toBoolean(value))
  @IsBoolean()
  profanityFilter?: boolean;

  @ApiPropertyOptional({ description: '`false`: no times of words, which some providers then need not make.' })
  @IsOptional()
  @Transform(({ value }) => toBoolean(value))
  @IsBoolean()
  words?: boolean;

  @ApiPropertyOptional({ default: true, description: '`false` neither reads nor writes the cache.' })
  @IsOptional()
  @Transform(({ value }) => toBoolean(value))
  @IsBoolean()
  cache?: boolean;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 31_536_000,
    description: 'How long it is kept in the cache, in seconds. Default: the server’s.',
  })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  cacheTtlSeconds?: number;

  @ApiPropertyOptional({ description: 'Whose recording it is: nothing is shared between tenants unless the server is told to.' })
  @IsOptional()
  @HasCharacters(1, 128)
  tenant?: string;

  @ApiPropertyOptional({ description: 'The agent that listens.' })
  @IsOptional()
  @HasCharacters(1, 128)
  agent?: string;
}

/** The JSON body: the same fields, and where the recording is. */
export class TranscribeStoredDto extends TranscribeDto {
  @ApiPropertyOptional({ description: 'A stored file: the id that `POST /v1/files` gave, or `file.id` of stored speech.' })
  @IsOptional()
  @HasCharacters(1, 1400)
  fileId?: string;

  @ApiPropertyOptional({ description: 'A link to the recording that everybody can open: https, to a public host.' })
  @IsOptional()
  @HasCharacters(1, 8192)
  url?: string;
}

/** The same with the recording, as a form has it. */
export class TranscribeFormDto extends TranscribeDto {
  @ApiPropertyOptional({ type: 'string', format: 'binary' })
  file?: never;
}
