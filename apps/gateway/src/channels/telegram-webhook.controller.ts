import { Controller, HttpCode, Inject, Param, Post, Req } from '@nestjs/common';
import { ChannelBots, ChatQueue, TELEGRAM_SECRET_HEADER } from '@parlance/channels';
import type { FastifyRequest } from 'fastify';
import { ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { ClientSignal } from '../http/client-signal.js';
import { notSigned, parseCall } from './webhook-call.js';

@ApiTags('Channels')
@Controller('webhooks/telegram')
export class TelegramWebhookController {
  constructor(
    private readonly bots: ChannelBots,
    @Inject(ChatQueue) private readonly queue: ChatQueue,
  ) {}

  @Post(':agentId')
  @HttpCode(200)
  @ApiOperation({ summary: 'Telegram tells of messages here; they are answered later' })
  @ApiOkResponse({ description: 'Taken. Telegram shows its secret in the header x-telegram-bot-api-secret-token.' })
  async receive(@Param('agentId') agentId: string, @Req() request: FastifyRequest, @ClientSignal() signal: AbortSignal): Promise<object> {
    const channel = this.bots.telegram(agentId);
    if (!channel.webhook.isGenuine(request.headers[TELEGRAM_SECRET_HEADER])) throw notSigned();
    const message = await channel.read(parseCall(request.body), signal);
    if (message !== undefined) await this.queue.put(message);
    return {};
  }
}
