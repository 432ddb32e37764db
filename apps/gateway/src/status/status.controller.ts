import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '../api-description.js';
import { LiveStreams } from '../http/live-streams.js';
import { wantsEvents } from '../http/server-events.js';
import { StatusService } from './status.service.js';

@ApiTags('Operation')
@ApiBearerAuth()
@Scope('admin')
@Controller('v1/status')
export class StatusController {
  constructor(
    private readonly status: StatusService,
    private readonly streams: LiveStreams,
  ) {}

  @Get()
  @ApiProduces('application/json', 'text/event-stream')
  @ApiOperation({ summary: 'How the process that answers is: providers, cache, requests, queues, memory' })
  @ApiOkResponse({ description: 'An object status; with `accept: text/event-stream` an event `status` with it whenever it has changed.' })
  async get(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (wantsEvents(request)) await this.streams.send(reply, 'status', (signal) => this.status.follow(signal));
    else await reply.send(await this.status.read());
  }
}
