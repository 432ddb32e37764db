import { Type } from 'class-transformer';
import { IsOptional, ValidateNested } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { HasCharacters } from '../../http/validation.js';
import { TranscribeDto, TranscribeStoredDto } from '../../voice/dto/transcribe.dto.js';
import { WebhookDto } from './webhook.dto.js';

/** Wishes for `POST /v1/jobs/transcriptions` when the recording comes with it: of the form, or of the query. */
export class TranscriptionJobFieldsDto extends TranscribeDto {
  @ApiPropertyOptional({ type: String, description: 'The address of the webhook.' })
  @IsOptional()
  @HasCharacters(1, 2000)
  webhook?: string;
}

/** The same with the recording, as a form has it. */
export class TranscriptionJobFormDto extends TranscriptionJobFieldsDto {
  @ApiPropertyOptional({ type: 'string', format: 'binary' })
  file?: never;
}

/** The JSON body of `POST /v1/jobs/transcriptions` for a recording that is stored already, or behind a link. */
export class CreateTranscriptionJobDto extends TranscribeStoredDto {
  @ApiPropertyOptional({ type: WebhookDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => WebhookDto)
  webhook?: WebhookDto | null;
}
