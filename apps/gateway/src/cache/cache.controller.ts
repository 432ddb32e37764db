import { Controller, Delete, Get, Query } from '@nestjs/common';
import { InvalidRequestError } from '@parlance/contracts';
import { VoiceService } from '@parlance/voice';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { CacheReportDto } from './dto/cache-report.dto.js';
import { ForgetDto } from './dto/forget.dto.js';

@ApiTags('Operation')
@ApiBearerAuth()
@Scope('admin')
@Controller('v1/cache')
export class CacheController {
  constructor(private readonly voice: VoiceService) {}

  @Get()
  @ApiOperation({ summary: 'What the cache of the process that answers has done since it started: hits, misses and bytes of each tier' })
  @ApiOkResponse({ type: CacheReportDto })
  async report(): Promise<CacheReportDto> {
    const { stale, coalesced, memory, redis, objects } = await this.voice.cacheReport();
    return { object: 'cache', stale, coalesced, memory: memory ?? null, redis: redis ?? null, objects: objects ?? null };
  }

  @Delete()
  @ApiOperation({ summary: 'Deletes made speech and transcripts from the cache of all replicas: one entry, a provider’s or an agent’s' })
  @ApiOkResponse({ description: '`{deleted}`: how many entries are gone.' })
  async forget(@Query() what: ForgetDto): Promise<{ deleted: number }> {
    const { key, provider, agent } = what;
    if ([key, provider, agent].filter((one) => one !== undefined).length !== 1) {
      throw new InvalidRequestError("Say what to delete: exactly one of 'key', 'provider' and 'agent' (with its 'tenant').", 'key');
    }
    return { deleted: await this.voice.forget(what) };
  }
}
