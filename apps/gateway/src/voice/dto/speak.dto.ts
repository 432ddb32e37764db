import { AUDIO_FORMATS, type AudioFormat } from '@parlance/contracts';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsBoolean, IsIn, IsInt, IsObject, IsOptional, Max, Min } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters, IsNumberBetween } from '../../http/validation.js';

export const DELIVERIES = ['stream', 'url', 'sse'] as const;

/** What speech can be asked for, however it is delivered. */
export class SpeechDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 100_000,
    description: 'What to say, in Unicode characters. Markdown, links and emoji are not read out.',
  })
  @HasCharacters(1, 100_000)
  text!: string;

  @ApiPropertyOptional({ description: 'One of `GET /v1/audio/voices`. Default: the provider’s own.', example: 'alloy' })
  @IsOptional()
  @HasCharacters(1, 200)
  voice?: string | null;

  @ApiPropertyOptional({ description: 'One of `GET /v1/models`.', example: 'local/flite' })
  @IsOptional()
  @HasCharacters(1, 200)
  model?: string | null;

  @ApiPropertyOptional({
    type: [String],
    description: 'Providers in the order to try. Default: the plan of the server.',
    example: ['local'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1, { message: '$property must name one or more' })
  @ArrayMaxSize(32)
  @HasCharacters(1, 64, { each: true })
  providers?: readonly string[] | null;

  @ApiPropertyOptional({ description: 'BCP 47.', default: 'en' })
  @IsOptional()
  @HasCharacters(1, 64)
  language?: string | null;

  @ApiPropertyOptional({ enum: AUDIO_FORMATS, default: 'mp3' })
  @IsOptional()
  @IsIn(AUDIO_FORMATS)
  format?: AudioFormat | null;

  @ApiPropertyOptional({ minimum: 8000, maximum: 48_000, description: 'Hz. Default: the format’s own.' })
  @IsOptional()
  @IsInt()
  @Min(8000)
  @Max(48_000)
  sampleRate?: number | null;

  @ApiPropertyOptional({ minimum: 0.25, maximum: 4, default: 1, description: 'Factor of the normal rate.' })
  @IsOptional()
  @IsNumberBetween(0.25, 4)
  speed?: number | null;

  @ApiPropertyOptional({ minimum: -20, maximum: 20, default: 0, description: 'Semitones.' })
  @IsOptional()
  @IsNumberBetween(-20, 20)
  pitch?: number | null;

  @ApiPropertyOptional({ minimum: -20, maximum: 20, default: 0, description: 'Decibels.' })
  @IsOptional()
  @IsNumberBetween(-20, 20)
  volumeGain?: number | null;

  @ApiPropertyOptional({ maxLength: 4096, description: 'How to speak, for models that can be told.' })
  @IsOptional()
  @HasCharacters(0, 4096)
  instructions?: string | null;

  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'The vendor’s own options.' })
  @IsOptional()
  @IsObject()
  options?: Readonly<Record<string, unknown>> | null;

  @ApiPropertyOptional({ default: true, description: '`false` neither reads nor writes the cache.' })
  @IsOptional()
  @IsBoolean()
  cache?: boolean | null;

  @ApiPropertyOptional({
    minimum: 1,
    maximum: 31_536_000,
    description: 'How long it is kept in the cache, in seconds. Default: the server’s.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(31_536_000)
  cacheTtlSeconds?: number | null;

  @ApiPropertyOptional({ description: 'Whose audio it is: nothing is shared between tenants unless the server is told to.' })
  @IsOptional()
  @HasCharacters(1, 128)
  tenant?: string | null;

  @ApiPropertyOptional({ description: 'The agent that speaks; stored audio lies under its name.' })
  @IsOptional()
  @HasCharacters(1, 128)
  agent?: string | null;
}

/** The body of `POST /v1/voice/speak`: everything that speech can be asked for. */
export class SpeakDto extends SpeechDto {
  @ApiPropertyOptional({
    enum: DELIVERIES,
    default: 'stream',
    description: 'The bytes; a link to the stored file; or server-sent events with the bytes in base64.',
  })
  @IsOptional()
  @IsIn(DELIVERIES)
  delivery?: (typeof DELIVERIES)[number] | null;

  @ApiPropertyOptional({ minimum: 1, maximum: 604_800, default: 3600, description: 'How long a link lives, in seconds. For delivery=url.' })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(604_800)
  expiresInSeconds?: number | null;
}
