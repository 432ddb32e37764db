import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ParlanceConfiguration } from '@parlance/configuration';
import type { Warning } from '@parlance/contracts';
import { VoiceService, type TranscribeRequest, type Transcription } from '@parlance/voice';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiBearerAuth, ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { Consumes } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { begin } from '../http/first-chunk.js';
import { readForm, type UploadForm } from '../http/multipart-form.js';
import { originOf } from '../http/request-origin.js';
import { setResultHeaders, setWarnings } from '../http/result-headers.js';
import { sendEvents } from '../http/server-events.js';
import { keptUntilAnswered } from '../http/upload-spool.js';
import { validateForm } from '../http/validation.js';
import { CreateTranscriptionDto, IGNORED_FIELDS, LIST_FIELDS } from './dto/create-transcription.dto.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { transcriptionEvents } from './transcription-events.js';
import { presentTranscription } from './transcription-presenter.js';

@ApiTags('OpenAI audio')
@ApiBearerAuth()
@Scope('transcription')
@Controller('v1/audio/transcriptions')
export class TranscriptionsController {
  constructor(
    private readonly voice: VoiceService,
    private readonly configuration: ParlanceConfiguration,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @HttpCode(200)
  @Consumes('multipart/form-data')
  @ApiOperation({ summary: 'Speech to text' })
  @ApiBody({ type: CreateTranscriptionDto })
  @ApiOkResponse({ description: 'The transcript as response_format says: JSON, text, srt or vtt; server-sent events with stream=true.' })
  async transcribe(
    @Req() request: FastifyRequest,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const form = await readForm(request, this.configuration.maximumUploadBytes, keptUntilAnswered(reply));
    const fields = validateForm(CreateTranscriptionDto, form.fields, LIST_FIELDS);
    if (await this.idempotency.answered(reply, { form })) return;
    const format = fields.response_format ?? 'json';
    const captions = format === 'srt' || format === 'vtt';
    const warnings = ignoredFields(form);
    const wanted = { ...access.bind(toTranscribeRequest(form, fields)), origin: originOf(request) };
    if (fields.stream === true && !captions) {
      await this.sendPieces(reply, wanted, warnings, signal);
      return;
    }
    if (fields.stream === true) warnings.push(ignored('stream', `is not done for ${format}: the file is sent when it is complete`));
    const transcription = await this.voice.transcribe(wanted, signal);
    if (lacksWords(fields, transcription))
      warnings.push(ignored('timestamp_granularities', 'word timings are not given by this model; segments are'));
    setResultHeaders(reply, transcription.trace, [...transcription.warnings, ...warnings]);
    const { contentType, body } = presentTranscription(transcription, format, fields.temperature);
    await reply.header('content-type', contentType).send(body);
  }

  /** The first event is waited for: until then a failure is answered as any other. */
  private async sendPieces(
    reply: FastifyReply,
    request: TranscribeRequest,
    warnings: readonly Warning[],
    signal: AbortSignal,
  ): Promise<void> {
    const { all } = await begin(transcriptionEvents((onSegment) => this.voice.transcribe({ ...request, onSegment }, signal)));
    setWarnings(reply, warnings);
    await sendEvents(reply, all);
  }
}

function toTranscribeRequest({ file }: UploadForm, { model, language, prompt, temperature }: CreateTranscriptionDto): TranscribeRequest {
  return {
    audio: file.bytes,
    filename: file.filename,
    model,
    ...(language !== undefined && { language }),
    ...(prompt !== undefined && { prompt }),
    ...(temperature !== undefined && { temperature }),
  };
}

/** An object comes in fields of its own, such as `chunking_strategy[type]`. */
function ignoredFields({ fields }: UploadForm): Warning[] {
  const names = new Set([...fields.keys()].map((name) => name.split('[', 1)[0]));
  return IGNORED_FIELDS.filter((name) => names.has(name)).map((name) => ignored(name, 'has no effect here'));
}

function lacksWords({ timestamp_granularities }: CreateTranscriptionDto, { words, text }: Transcription): boolean {
  return timestamp_granularities?.includes('word') === true && words === undefined && text !== '';
}

function ignored(param: string, message: string): Warning {
  return { code: 'unsupported_option', param, message };
}
