import { Body, Controller, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ParlanceConfiguration } from '@parlance/configuration';
import { VoiceFiles, VoiceService, type StoredSpeech, type TranscribeRequest, type UnstoredSpeech } from '@parlance/voice';
import type { FastifyReply } from 'fastify';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '../api-description.js';
import { RecordingSource } from '../files/recording-source.js';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { readForm } from '../http/multipart-form.js';
import { originOf } from '../http/request-origin.js';
import { readRawBody } from '../http/request-body.js';
import { setResultHeaders } from '../http/result-headers.js';
import { sendSpeech, sendSpeechEvents } from '../http/send-speech.js';
import { keptUntilAnswered } from '../http/upload-spool.js';
import { countCharacters, validateForm, validateJson, withoutNulls } from '../http/validation.js';
import type { RequestContent } from '../idempotency/fingerprint.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { SpeakDto } from './dto/speak.dto.js';
import { TranscribeDto, TranscribeFormDto, TranscribeStoredDto } from './dto/transcribe.dto.js';
import { toSpeakRequest } from './speak-request.js';

@ApiTags('Voice')
@ApiBearerAuth()
@Controller('v1/voice')
export class VoiceController {
  constructor(
    private readonly voice: VoiceService,
    private readonly configuration: ParlanceConfiguration,
    private readonly recordings: RecordingSource,
    private readonly idempotency: Idempotency,
    private readonly files: VoiceFiles,
  ) {}

  @Post('speak')
  @Scope('speech')
  @HttpCode(200)
  @ApiOperation({ summary: 'Text to speech with everything there is to ask for' })
  @ApiOkResponse({
    description:
      'The audio as it is made; with delivery=url JSON: its file and link (or the audio in base64 while nothing can be stored), trace and usage; with delivery=sse events.',
  })
  async speak(
    @Body() body: SpeakDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { delivery, expiresInSeconds, ...fields } = access.bind(body);
    const link = { files: this.files, expiresInSeconds: expiresInSeconds ?? undefined, needed: true, signal };
    if (await this.idempotency.answered(reply, { json: body }, delivery === 'url' ? { link } : { streamed: true })) return;
    const request = { ...toSpeakRequest(fields), origin: originOf(reply.request) };
    if (delivery === 'url') {
      const spoken = await this.voice.speakToFileIfPossible(request, signal, expiresInSeconds ?? undefined);
      setResultHeaders(reply, spoken.trace, spoken.warnings);
      await reply.send(presentSpeech(spoken));
      return;
    }
    const speech = await this.voice.speak(request, signal);
    await (delivery === 'sse' ? sendSpeechEvents(reply, speech, countCharacters(body.text), true) : sendSpeech(reply, speech));
  }

  @Post('transcribe')
  @Scope('transcription')
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
    @Query() query: TranscribeDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { content, load } = await this.readTranscribeRequest(reply, query, access);
    if (await this.idempotency.answered(reply, content)) return;
    const request = Object.assign(await load(signal), { origin: originOf(reply.request) });
    const transcription = await this.voice.transcribe(request, signal);
    setResultHeaders(reply, transcription.trace, transcription.warnings);
    await reply.send(transcription);
  }

  /** What the request says, and how to come by its recording. */
  private async readTranscribeRequest(reply: FastifyReply, query: TranscribeDto, access: Access) {
    const { request } = reply;
    const take = keptUntilAnswered(reply);
    const limit = this.configuration.maximumUploadBytes;
    const type = mediaType(request);
    if (type === 'multipart/form-data') {
      const form = await readForm(request, limit, take);
      const named = { audio: form.file.bytes, filename: form.file.filename };
      return withContent({ form }, async () => Object.assign(named, access.bind(validateForm(TranscribeDto, form.fields))));
    }
    if (type === 'application/json') {
      const { fileId, url, ...fields } = withoutNulls(
        access.bind(await validateJson(TranscribeStoredDto, request.body)),
      ) as TranscribeStoredDto;
      const place = { ...(fileId !== undefined && { fileId }), ...(url !== undefined && { url }) };
      return withContent({ json: request.body }, async (signal) =>
        Object.assign(await this.recordings.load(place, signal, access.tenant), fields),
      );
    }
    const fields = access.bind(query);
    const audio = await readRawBody(request, limit, take);
    return withContent({ bytes: audio }, async () => Object.assign({ audio }, fields));
  }
}

function withContent(content: RequestContent, load: (signal: AbortSignal) => Promise<TranscribeRequest>) {
  return { content, load };
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
