import { IsInt, IsOptional, Min } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters } from '../../http/validation.js';

/** The body of `POST /v1/files`: what will be uploaded. */
export class CreateFileDto {
  @ApiPropertyOptional({ description: 'Of the upload, which must be sent with the same. This or `filename`.', example: 'audio/ogg' })
  @IsOptional()
  @HasCharacters(1, 100)
  contentType?: string | null;

  @ApiPropertyOptional({ description: 'What the file is called; its links are saved under that name.', example: 'note.ogg' })
  @IsOptional()
  @HasCharacters(1, 255)
  filename?: string | null;

  @ApiPropertyOptional({
    minimum: 1,
    description: 'Exactly so many bytes will be taken. Default: any number up to the limit of the server.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  sizeBytes?: number | null;

  @ApiPropertyOptional({ description: 'Whose file it is.', default: 'default' })
  @IsOptional()
  @HasCharacters(1, 128)
  tenant?: string | null;

  @ApiPropertyOptional({ description: 'The agent it is for; the file lies under its name.' })
  @IsOptional()
  @HasCharacters(1, 128)
  agent?: string | null;
}
