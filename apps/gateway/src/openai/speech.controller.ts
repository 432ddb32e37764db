import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { VoiceService, type SpeakRequest } from '@parlance/voice';
import type { FastifyReply } from 'fastify';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { ClientSignal } from '../http/client-signal.js';
import { originOf } from '../http/request-origin.js';
import { sendSpeech, sendSpeechEvents } from '../http/send-speech.js';
import { countCharacters } from '../http/validation.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { RepeatedSpeech, SPEECH_ROUTE } from './repeated-speech.js';
import { CreateSpeechDto } from './dto/create-speech.dto.js';

@ApiTags('OpenAI audio')
@ApiBearerAuth()
@Scope('speech')
@Controller(SPEECH_ROUTE)
export class SpeechController {
  constructor(
    private readonly voice: VoiceService,
    private readonly idempotency: Idempotency,
    private readonly repeated: RepeatedSpeech,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Text to speech' })
  @ApiOkResponse({
    description:
      'The audio, as it is made. With stream_format=sse: events speech.audio.delta and speech.audio.done, whose usage counts ' +
      'characters in input_tokens where the provider counts no tokens.',
    content: { 'audio/mpeg': { schema: { type: 'string', format: 'binary' } }, 'text/event-stream': { schema: { type: 'string' } } },
  })
  async speak(
    @Body() body: CreateSpeechDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (await this.idempotency.answered(reply, { json: body }, { streamed: true })) return;
    const speech = await this.voice.speak({ ...access.bind(toSpeakRequest(body)), origin: originOf(reply.request) }, signal);
    if (body.stream_format === 'sse') {
      await sendSpeechEvents(reply, speech, countCharacters(body.input));
      return;
    }
    this.repeated.note(reply.request, access, speech);
    await sendSpeech(reply, speech);
  }
}

function toSpeakRequest({ input, model, voice, response_format, speed, instructions }: CreateSpeechDto): SpeakRequest {
  return {
    text: input,
    model,
    voice,
    format: response_format ?? 'mp3',
    speed: speed ?? 1,
    ...(instructions != null && instructions !== '' && { instructions }),
  };
}
