import { AUDIO_FORMATS, type AudioFormat } from '@parlance/contracts';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters, IsNumberBetween } from '../../http/validation.js';

/** The body of `POST /v1/audio/speech`, field for field OpenAI's. */
export class CreateSpeechDto {
  @ApiProperty({
    minLength: 1,
    maxLength: 4096,
    description: 'What to say, in Unicode characters. Markdown, links and emoji are not read out.',
  })
  @HasCharacters(1, 4096)
  input!: string;

  @ApiProperty({ description: 'One of `GET /v1/models`: an alias such as `tts-1`, or `provider/model`.', example: 'tts-1' })
  @HasCharacters(1, 200)
  model!: string;

  @ApiProperty({
    description: 'One of `GET /v1/audio/voices`, or an object with its id.',
    oneOf: [{ type: 'string' }, { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }],
    example: 'alloy',
  })
  @Transform(({ value }) => voiceName(value))
  @HasCharacters(1, 200)
  voice!: string;

  @ApiPropertyOptional({
    enum: AUDIO_FORMATS,
    default: 'mp3',
    description: '`pcm` is raw 24 kHz 16-bit little-endian mono; `opus` comes in Ogg.',
  })
  @IsOptional()
  @IsIn(AUDIO_FORMATS)
  response_format?: AudioFormat | null;

  @ApiPropertyOptional({ minimum: 0.25, maximum: 4, default: 1, description: 'Factor of the normal rate.' })
  @IsOptional()
  @IsNumberBetween(0.25, 4)
  speed?: number | null;

  @ApiPropertyOptional({ maxLength: 4096, description: 'How to speak, for models that can be told.' })
  @IsOptional()
  @HasCharacters(0, 4096)
  instructions?: string | null;

  @ApiPropertyOptional({ enum: ['audio', 'sse'], default: 'audio', description: 'Bytes, or server-sent events with the bytes in base64.' })
  @IsOptional()
  @IsIn(['audio', 'sse'])
  stream_format?: 'audio' | 'sse' | null;
}

function voiceName(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
}
