import { USAGE_GROUPS } from '@parlance/voice';
import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';

/** Usage of one group: of the names those that `groupBy` has. */
export class UsageDto {
  @ApiProperty({ enum: ['usage'] })
  object!: 'usage';

  @ApiPropertyOptional({ example: '2026-11-25', description: 'UTC.' })
  day?: string;

  @ApiPropertyOptional()
  tenant?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: '`null`: no agent was named.' })
  agent?: string | null;

  @ApiPropertyOptional({ description: 'The account.' })
  provider?: string;

  @ApiPropertyOptional()
  model?: string;

  @ApiPropertyOptional({ enum: ['speak', 'transcribe', 'chat'], description: '`chat`: a model that answered for an agent.' })
  operation?: 'speak' | 'transcribe' | 'chat';

  @ApiProperty({ description: 'Whose answer came from here, be it made, cached or shared.' })
  requests!: number;

  @ApiProperty({ description: 'Spoken.' })
  characters!: number;

  @ApiProperty({ description: 'Of audio.' })
  seconds!: number;

  @ApiProperty()
  inputTokens!: number;

  @ApiProperty()
  outputTokens!: number;

  @ApiProperty({ description: 'Of the requests: from the cache, free.' })
  cached!: number;

  @ApiProperty({ description: 'Of the requests: shared with an equal one in flight, free.' })
  coalesced!: number;

  @ApiProperty({ description: 'Calls to the provider that came to nothing, or broke off.' })
  failed!: number;

  @ApiProperty({ type: Number, nullable: true, description: 'By the configured prices; `null` when one is not known.' })
  cost!: number | null;
}

/** The answer of `GET /v1/usage`. */
export class UsageListDto {
  @ApiProperty({ enum: ['list'] })
  object!: 'list';

  @ApiProperty({ description: 'The first day, in UTC.' })
  from!: string;

  @ApiProperty({ description: 'The last day, in UTC.' })
  to!: string;

  @ApiProperty({ type: [UsageDto], description: `Sorted by ${USAGE_GROUPS.join(', ')}.` })
  data!: UsageDto[];
}
