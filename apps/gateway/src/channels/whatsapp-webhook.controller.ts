import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ChannelBots, ChatQueue } from '@parlance/channels';
import { ParlanceError } from '@parlance/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { notSigned, rawCall } from './webhook-call.js';

@ApiTags('Channels')
@Controller('webhooks/whatsapp')
export class WhatsAppWebhookController {
  constructor(
    private readonly bots: ChannelBots,
    @Inject(ChatQueue) private readonly queue: ChatQueue,
  ) {}

  @Get(':agentId')
  @ApiOperation({ summary: 'WhatsApp asks here whether the webhook may be registered' })
  @ApiOkResponse({ description: 'The challenge, as it came.' })
  async verify(@Param('agentId') agentId: string, @Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    const challenge = this.bots.whatsapp(agentId).webhook.verify(query);
    if (challenge === undefined) {
      const message = "The verify token is not that of the agent's 'channels.whatsapp.verify_token'.";
      throw new ParlanceError('permission', message, { reason: 'webhook_not_verified' });
    }
    await reply.header('content-type', 'text/plain; charset=utf-8').send(challenge);
  }

  @Post(':agentId')
  @HttpCode(200)
  @ApiOperation({ summary: 'WhatsApp tells of messages and what became of them; they are answered later' })
  @ApiOkResponse({ description: 'Taken. The body is signed in the header x-hub-signature-256.' })
  async receive(@Param('agentId') agentId: string, @Req() request: FastifyRequest): Promise<object> {
    const channel = this.bots.whatsapp(agentId);
    const body = rawCall(request.body);
    if (!channel.webhook.isSigned(body, request.headers['x-hub-signature-256'])) throw notSigned();
    for (const message of await channel.read(body)) await this.queue.put(message);
    return {};
  }
}
