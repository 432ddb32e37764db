import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { Metrics } from './metrics.service.js';

/** On the main port, where no other is configured. */
@ApiTags('Operation')
@ApiBearerAuth()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: Metrics) {}

  @Get()
  @Scope('admin')
  @ApiOperation({ summary: 'What the process that answers has done since it started, for Prometheus' })
  @ApiOkResponse({ description: 'The text format of Prometheus.' })
  async read(@Res() reply: FastifyReply): Promise<void> {
    await reply.header('content-type', this.metrics.contentType).send(await this.metrics.text());
  }
}
