import { ApiProperty, ApiPropertyOptional } from '../../api-description.js';

class TierDto {
  @ApiProperty({ description: 'Entries that were found.' })
  hits!: number;

  @ApiProperty({ description: 'Entries that were not there.' })
  misses!: number;

  @ApiProperty({ description: 'Of the entries that were found.' })
  bytesServed!: number;
}

export class MemoryTierDto extends TierDto {
  @ApiProperty({ description: 'Entries held now.' })
  entries!: number;

  @ApiProperty({ description: 'Held now, of `PARLANCE_CACHE_BYTES`.' })
  bytes!: number;

  @ApiProperty({ description: 'Entries that had to make room.' })
  evictions!: number;
}

export class RedisTierDto extends TierDto {
  @ApiProperty({ enum: ['ready', 'away'] })
  state!: 'ready' | 'away';

  @ApiPropertyOptional({ description: 'Held now, by all processes and for whatever purpose; absent while Redis is away.' })
  bytes?: number;

  @ApiProperty({ description: 'Entries that could not be read, written or deleted.' })
  errors!: number;

  @ApiProperty()
  bytesWritten!: number;
}

export class ObjectsTierDto extends TierDto {
  @ApiProperty({ description: 'Objects that could not be read or written in time.' })
  errors!: number;

  @ApiProperty()
  bytesWritten!: number;
}

/** The answer of `GET /v1/cache`: counts since the process that answers has started. */
export class CacheReportDto {
  @ApiProperty({ enum: ['cache'] })
  object!: 'cache';

  @ApiProperty({ description: 'Entries that were found and of no use: damaged, of another version, or without the object they point to.' })
  stale!: number;

  @ApiProperty({ description: 'Requests that have shared the work of an equal one in flight.' })
  coalesced!: number;

  @ApiProperty({ type: MemoryTierDto, nullable: true })
  memory!: MemoryTierDto | null;

  @ApiProperty({ type: RedisTierDto, nullable: true, description: 'Asked for what memory has not; `null` without Redis.' })
  redis!: RedisTierDto | null;

  @ApiProperty({
    type: ObjectsTierDto,
    nullable: true,
    description: 'Where large speech lies; `null` where it is kept in the cache itself.',
  })
  objects!: ObjectsTierDto | null;
}
