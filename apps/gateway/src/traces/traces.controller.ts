import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiNotFoundResponse, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '../api-description.js';
import { LiveStreams } from '../http/live-streams.js';
import { wantsEvents } from '../http/server-events.js';
import { TracesQueryDto } from './dto/traces-query.dto.js';
import { TraceHistory } from './trace-history.js';
import type { TraceRecord } from './trace-record.js';

@ApiTags('Operation')
@ApiBearerAuth()
@Scope('admin')
@Controller('v1/traces')
export class TracesController {
  constructor(
    private readonly history: TraceHistory,
    private readonly streams: LiveStreams,
  ) {}

  @Get()
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOperation({ summary: 'The latest requests of the process that answers, with what was done for each' })
  @ApiOkResponse({ description: 'An object list, newest first; with `accept: text/event-stream` an event `trace` for each as it ends.' })
  async list(@Query() { limit, replay }: TracesQueryDto, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (wantsEvents(request)) await this.streams.send(reply, 'trace', (signal) => this.history.follow(replay, signal));
    else await reply.send({ object: 'list', data: this.history.latest(limit) });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them, by the x-request-id of its answer' })
  @ApiOkResponse({ description: 'The newest of that id.' })
  @ApiNotFoundResponse({ description: 'It was of another process, or has given way to newer ones.' })
  get(@Param('id') id: string): TraceRecord {
    return this.history.one(id);
  }
}
