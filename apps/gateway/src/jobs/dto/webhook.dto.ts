import { ApiProperty } from '../../api-description.js';
import { HasCharacters } from '../../http/validation.js';

/** Where the end of a job is told. */
export class WebhookDto {
  @ApiProperty({ description: 'An https address that takes a POST.', example: 'https://example.com/hooks/voice' })
  @HasCharacters(1, 2000)
  url!: string;
}
