import { Type } from 'class-transformer';
import { IsOptional, ValidateNested } from 'class-validator';
import { ApiPropertyOptional } from '../../api-description.js';
import { SpeechDto } from '../../voice/dto/speak.dto.js';
import { WebhookDto } from './webhook.dto.js';

/** The body of `POST /v1/jobs/speech`: that of `POST /v1/voice/speak` without how it is delivered. */
export class CreateSpeechJobDto extends SpeechDto {
  @ApiPropertyOptional({ type: WebhookDto })
  @IsOptional()
  @ValidateNested()
  @Type(() => WebhookDto)
  webhook?: WebhookDto | null;
}
