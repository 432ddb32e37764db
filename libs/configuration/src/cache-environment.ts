import { Type } from 'class-transformer';
import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { SecurityEnvironment } from './security-environment.js';
import { List } from './value-forms.js';
import { Variable, VariableGroup } from './variable.js';

/** What a cache shared by several processes, or by several tenants, is told besides its size. */
@VariableGroup('A cache shared by processes or tenants')
export class CacheEnvironment extends SecurityEnvironment {
  @Variable(
    'Made speech of more bytes than this is kept in S3, and Redis has only where it lies. Without `REDIS_URL` or without ' +
      '`S3_ENDPOINT` it has no effect.',
  )
  @Type(() => Number)
  @IsInt()
  @Min(1024)
  @Max(1_073_741_824)
  PARLANCE_CACHE_OBJECT_BYTES = 1_048_576;

  @Variable(
    'How long Redis is waited for before it counts as away, in milliseconds. More for a Redis that is far off, or for ' +
      'processes that are short of time.',
  )
  @Type(() => Number)
  @IsInt()
  @Min(50)
  @Max(60_000)
  PARLANCE_REDIS_MILLISECONDS = 800;

  @Variable(
    'Tenants that are answered with speech and transcripts made for any of them, as a comma list; `*`: all. Default: none, ' +
      'each tenant has a cache of its own.',
  )
  @IsOptional()
  @List()
  @Matches(/^.{1,128}$/, { each: true, message: '$property must be a comma list of tenant names of up to 128 characters, or *' })
  PARLANCE_CACHE_SHARED_TENANTS?: string[];
}
