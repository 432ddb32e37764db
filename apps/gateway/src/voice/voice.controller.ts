import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ParlanceConfiguration } from '@parlance/configuration';
import { VoiceService, type SpeakRequest } from '@parlance/voice';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { readForm } from '../http/multipart-form.js';
import { readRawBody } from '../http/request-body.js';
import { setResultHeaders } from '../http/result-headers.js';
import { sendSpeech, sendSpeechEvents } from '../http/send-speech.js';
import { countCharacters, validateForm } from '../http/validation.js';
import { SpeakDto } from './dto/speak.dto.js';
import { TranscribeDto, TranscribeFormDto } from './dto/transcribe.dto.js';

@ApiTags('Voice')
@ApiBearerAuth()
@Controller('v1/voice')
export class VoiceController {
  constructor(
    private readonly voice: VoiceService,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  @Post('speak')
  @HttpCode(200)
  @ApiOperation({ summary: 'Text to speech with everything there is to ask for' })
  @ApiOkResponse({ description: 'The audio as it is made; with delivery=url its file, link, trace and usage; with delivery=sse events.' })
  async speak(@Body() body: SpeakDto, @ClientSignal() signal: AbortSignal, @Res() reply: FastifyReply): Promise<void> {
    const request = toSpeakRequest(body);
    if (body.delivery === 'url') {
      const stored = await this.voice.speakToFile(request, signal, body.expiresInSeconds ?? undefined);
      setResultHeaders(reply, stored.trace, stored.warnings);
      await reply.send(stored);
      return;
    }
    const speech = await this.voice.speak(request, signal);
    await (body.delivery === 'sse' ? sendSpeechEvents(reply, speech, countCharacters(body.text), true) : sendSpeech(reply, speech));
  }

  @Post('transcribe')
  @HttpCode(200)
  @Consumes('multipart/form-data', 'audio/*', 'application/octet-stream')
  @ApiOperation({ summary: 'Speech to text, with timings and the trace' })
  @ApiBody({ type: TranscribeFormDto, description: 'A form; or the recording itself as body, with the fields in the query.' })
  @ApiOkResponse({ description: 'Text, segments, usage, warnings and trace.' })
  async transcribe(
    @Req() request: FastifyRequest,
    @Query() query: TranscribeDto,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const limit = this.configuration.maximumUploadBytes;
    const form = mediaType(request) === 'multipart/form-data' ? await readForm(request, limit) : undefined;
    const audio = form?.file.bytes ?? (await readRawBody(request, limit));
    const fields = form === undefined ? query : validateForm(TranscribeDto, form.fields);
    const named = Object.assign({ audio }, form && { filename: form.file.filename });
    const transcription = await this.voice.transcribe(Object.assign(named, fields), signal);
    setResultHeaders(reply, transcription.trace, transcription.warnings);
    await reply.send(transcription);
  }
}

/** A field that is null counts as left out. */
function toSpeakRequest(body: SpeakDto): SpeakRequest {
  const { delivery: _delivery, expiresInSeconds: _expires, ...fields } = body;
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined)) as unknown as SpeakRequest;
}
