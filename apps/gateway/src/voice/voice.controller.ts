import { Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { ParlanceConfiguration } from '@parlance/configuration';
import { VoiceService, type SpeakRequest, type StoredSpeech, type TranscribeRequest, type UnstoredSpeech } from '@parlance/voice';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RecordingSource } from '../files/recording-source.js';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { readForm } from '../http/multipart-form.js';
import { readRawBody } from '../http/request-body.js';
import { setResultHeaders } from '../http/result-headers.js';
import { sendSpeech, sendSpeechEvents } from '../http/send-speech.js';
import { countCharacters, validateForm, validateJson, withoutNulls } from '../http/validation.js';
import { SpeakDto } from './dto/speak.dto.js';
import { TranscribeDto, TranscribeFormDto, TranscribeStoredDto } from './dto/transcribe.dto.js';

@ApiTags('Voice')
@ApiBearerAuth()
@Controller('v1/voice')
export class VoiceController {
  constructor(
    private readonly voice: VoiceService,
    private readonly configuration: ParlanceConfiguration,
    private readonly recordings: RecordingSource,
  ) {}

  @Post('speak')
  @HttpCode(200)
  @ApiOperation({ summary: 'Text to speech with everything there is to ask for' })
  @ApiOkResponse({
    description:
      'The audio as it is made; with delivery=url JSON: its file and link (or the audio in base64 while nothing can be stored), trace and usage; with delivery=sse events.',
  })
  async speak(@Body() body: SpeakDto, @ClientSignal() signal: AbortSignal, @Res() reply: FastifyReply): Promise<void> {
    const request = toSpeakRequest(body);
    if (body.delivery === 'url') {
      const spoken = await this.voice.speakToFileIfPossible(request, signal, body.expiresInSeconds ?? undefined);
      setResultHeaders(reply, spoken.trace, spoken.warnings);
      await reply.send(presentSpeech(spoken));
      return;
    }
    const speech = await this.voice.speak(request, signal);
    await (body.delivery === 'sse' ? sendSpeechEvents(reply, speech, countCharacters(body.text), true) : sendSpeech(reply, speech));
  }

  @Post('transcribe')
  @HttpCode(200)
  @Consumes('multipart/form-data', 'application/json', 'audio/*', 'application/octet-stream')
  @ApiOperation({ summary: 'Speech to text, with timings and the trace' })
  @ApiExtraModels(TranscribeFormDto, TranscribeStoredDto)
  @ApiBody({
    schema: { oneOf: [{ $ref: getSchemaPath(TranscribeFormDto) }, { $ref: getSchemaPath(TranscribeStoredDto) }] },
    description: 'A form; or JSON that says where the recording is; or the recording itself as body, with the fields in the query.',
  })
  @ApiOkResponse({ description: 'Text, segments, usage, warnings and trace.' })
  async transcribe(
    @Req() request: FastifyRequest,
    @Query() query: TranscribeDto,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const transcription = await this.voice.transcribe(await this.toTranscribeRequest(request, query, signal), signal);
    setResultHeaders(reply, transcription.trace, transcription.warnings);
    await reply.send(transcription);
  }

  private async toTranscribeRequest(request: FastifyRequest, query: TranscribeDto, signal: AbortSignal): Promise<TranscribeRequest> {
    const limit = this.configuration.maximumUploadBytes;
    const type = mediaType(request);
    if (type === 'multipart/form-data') {
      const { file, fields } = await readForm(request, limit);
      return Object.assign({ audio: file.bytes, filename: file.filename }, validateForm(TranscribeDto, fields));
    }
    if (type === 'application/json') {
      const { fileId, url, ...fields } = withoutNulls(await validateJson(TranscribeStoredDto, request.body)) as TranscribeStoredDto;
      const place = { ...(fileId !== undefined && { fileId }), ...(url !== undefined && { url }) };
      return { ...(await this.recordings.load(place, signal)), ...fields };
    }
    return Object.assign({ audio: await readRawBody(request, limit) }, query);
  }
}

/** `audio` is null where there is a link to it, and the other way round. */
function presentSpeech(spoken: StoredSpeech | UnstoredSpeech): object {
  const { trace, usage, warnings, file, url, expiresAt } = spoken;
  const audio =
    spoken.file === null
      ? {
          format: spoken.format,
          mediaType: spoken.mediaType,
          sampleRate: spoken.sampleRate,
          data: Buffer.from(spoken.bytes).toString('base64'),
        }
      : null;
  return { file, url, expiresAt, audio, trace, usage, warnings };
}

function toSpeakRequest(body: SpeakDto): SpeakRequest {
  const { delivery: _delivery, expiresInSeconds: _expires, ...fields } = body;
  return withoutNulls(fields) as unknown as SpeakRequest;
}
