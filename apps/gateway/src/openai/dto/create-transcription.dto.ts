import { Transform, Type } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters, IsNumberBetween } from '../../http/validation.js';

export const TRANSCRIPTION_FORMATS = ['json', 'text', 'srt', 'verbose_json', 'vtt'] as const;
export type TranscriptionFormat = (typeof TRANSCRIPTION_FORMATS)[number];

/** Fields that may come more than once, or as `name[]`. */
export const LIST_FIELDS = [
  'timestamp_granularities',
  'include',
  'languages',
  'keywords',
  'known_speaker_names',
  'known_speaker_references',
];

/** Accepted, so that clients need no change, and answered with a warning that nothing comes of it. */
export const IGNORED_FIELDS = ['include', 'languages', 'keywords', 'known_speaker_names', 'known_speaker_references', 'chunking_strategy'];

/** The fields of `POST /v1/audio/transcriptions` beside the file. Fields that are not listed have no effect. */
export class CreateTranscriptionDto {
  @ApiProperty({
    type: 'string',
    format: 'binary',
    description: 'wav, mp3, ogg, flac, webm; m4a, mp4, aac and amr where ffmpeg is installed. The bytes decide, not the name.',
  })
  file?: never;

  @ApiProperty({ description: 'One of `GET /v1/models`: an alias such as `whisper-1`, or `provider/model`.', example: 'whisper-1' })
  @HasCharacters(1, 200)
  model!: string;

  @ApiPropertyOptional({ description: 'BCP 47, for example `en`. Default: found out, or the model’s own.' })
  @IsOptional()
  @HasCharacters(1, 64)
  language?: string;

  @ApiPropertyOptional({ description: 'Words and spellings to expect.' })
  @IsOptional()
  @HasCharacters(0, 20_000)
  prompt?: string;

  @ApiPropertyOptional({ enum: TRANSCRIPTION_FORMATS, default: 'json' })
  @IsOptional()
  @IsIn(TRANSCRIPTION_FORMATS, {
    message: `$property must be one of ${TRANSCRIPTION_FORMATS.join(', ')}; there is no telling speakers apart`,
  })
  response_format?: TranscriptionFormat;

  @ApiPropertyOptional({ minimum: 0, maximum: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsNumberBetween(0, 1)
  temperature?: number;

  @ApiPropertyOptional({
    type: [String],
    enum: ['word', 'segment'],
    description: 'For verbose_json. Where the engine has no word timings, segments are given and x-parlance-warning says so.',
  })
  @IsOptional()
  @IsIn(['word', 'segment'], { each: true })
  timestamp_granularities?: readonly string[];

  @ApiPropertyOptional({ description: 'Server-sent events: the text piece by piece as it is recognised. Not for srt and vtt.' })
  @IsOptional()
  @Transform(({ value }) => flag(value))
  @IsBoolean()
  stream?: boolean;
}

/** Form fields are texts, and Python clients write `True`. */
function flag(value: unknown): unknown {
  const text = typeof value === 'string' ? value.toLowerCase() : value;
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : value;
}
