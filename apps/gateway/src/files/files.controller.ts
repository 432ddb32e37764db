import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import type { VoiceFile } from '@parlance/contracts';
import { DEFAULT_LINK_SECONDS, VoiceFiles, type FileLink, type Upload } from '@parlance/voice';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { ClientSignal } from '../http/client-signal.js';
import { withoutNulls } from '../http/validation.js';
import { CostsNothing } from '../http/rate-limit.guard.js';
import { CreateFileDto } from './dto/create-file.dto.js';
import { LinkDto } from './dto/link.dto.js';

/**
 * Stored audio. An id is good for what it was given for: who has it may look at its file, link to it and delete it. A
 * key that is for one tenant reaches no file of another.
 */
@ApiTags('Files')
@ApiBearerAuth()
@Scope('files')
@Controller('v1/files')
export class FilesController {
  constructor(private readonly files: VoiceFiles) {}

  @Post()
  @CostsNothing()
  @ApiOperation({ summary: 'A link to upload a recording to' })
  @ApiCreatedResponse({ description: 'The id, and the upload: its url, method, headers that must be sent, and until when.' })
  async create(@Body() body: CreateFileDto, @CallerAccess() access: Access): Promise<Upload> {
    return this.files.prepareUpload(withoutNulls(access.bind(body)));
  }

  @Get(':id')
  @ApiOperation({ summary: 'What a file is' })
  @ApiOkResponse({ description: 'Name, media type, size, duration, format, sample rate, channels, and where it lies.' })
  async describe(@Param('id') id: string, @CallerAccess() access: Access, @ClientSignal() signal: AbortSignal): Promise<VoiceFile> {
    this.files.checkOwner(id, access.tenant);
    return this.files.describe(id, signal);
  }

  @Get(':id/url')
  @ApiOperation({ summary: 'A link that anybody can open until it expires' })
  @ApiOkResponse({ description: 'The url, and until when it is good.' })
  async link(
    @Param('id') id: string,
    @Query() query: LinkDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
  ): Promise<FileLink> {
    this.files.checkOwner(id, access.tenant);
    return this.files.link(id, query.expiresInSeconds ?? DEFAULT_LINK_SECONDS, signal);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a file; its links lead nowhere from then on' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string, @CallerAccess() access: Access, @ClientSignal() signal: AbortSignal): Promise<void> {
    this.files.checkOwner(id, access.tenant);
    await this.files.delete(id, signal);
  }
}
