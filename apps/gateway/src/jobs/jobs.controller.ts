import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ParlanceConfiguration } from '@parlance/configuration';
import { VoiceFiles } from '@parlance/voice';
import type { FastifyReply } from 'fastify';
import { Access, CallerAccess } from '../access/access.js';
import { Scope } from '../access/scope.js';
import { ApiAcceptedResponse, ApiBearerAuth, ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '../api-description.js';
import { LinkDto } from '../files/dto/link.dto.js';
import { namedPlace } from '../files/recording-source.js';
import { Consumes, mediaType } from '../http/body-type.guard.js';
import { ClientSignal } from '../http/client-signal.js';
import { readForm } from '../http/multipart-form.js';
import { readRawBody } from '../http/request-body.js';
import { keptUntilAnswered } from '../http/upload-spool.js';
import { RequestValidation, validateForm } from '../http/validation.js';
import { toSpeakRequest } from '../voice/speak-request.js';
import type { RequestContent } from '../idempotency/fingerprint.js';
import { Idempotency } from '../idempotency/idempotency.js';
import { CreateSpeechJobDto } from './dto/create-speech-job.dto.js';
import { CreateTranscriptionJobDto, TranscriptionJobFieldsDto, TranscriptionJobFormDto } from './dto/create-transcription-job.dto.js';
import { JobsService, type GivenRecording, type JobView } from './jobs.service.js';

interface TranscriptionOrder {
  recording: GivenRecording;
  fields: Omit<TranscriptionJobFieldsDto, 'webhook'>;
  webhook: string | undefined;
  content: RequestContent;
}

@ApiTags('Jobs')
@ApiBearerAuth()
@ApiExtraModels(CreateTranscriptionJobDto)
@Scope('jobs')
@Controller('v1/jobs')
export class JobsController {
  private readonly validation = new RequestValidation();

  constructor(
    private readonly jobs: JobsService,
    private readonly configuration: ParlanceConfiguration,
    private readonly idempotency: Idempotency,
    private readonly files: VoiceFiles,
  ) {}

  @Post('transcriptions')
  @HttpCode(202)
  @Consumes('multipart/form-data', 'application/json', 'audio/*', 'application/octet-stream')
  @ApiOperation({ summary: 'A recording of hours to text, without waiting for it' })
  @ApiBody({
    type: TranscriptionJobFormDto,
    description: 'A form; JSON with a fileId; or the recording itself, with the fields in the query.',
  })
  @ApiAcceptedResponse({ description: 'The job.' })
  async transcribe(
    @Query() query: TranscriptionJobFieldsDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { recording, webhook, content, ...order } = await this.readOrder(reply, query);
    const fields = access.bind(order.fields);
    if ('field' in recording && recording.field === 'fileId') this.files.checkOwner(recording.value, access.tenant);
    if (await this.idempotency.answered(reply, content)) return;
    await reply.status(202).send(await this.jobs.transcription(recording, fields, webhook, signal));
  }

  @Post('speech')
  @HttpCode(202)
  @ApiOperation({ summary: 'A long text to a stored file, without waiting for it' })
  @ApiAcceptedResponse({ description: 'The job.' })
  async speak(
    @Body() body: CreateSpeechJobDto,
    @CallerAccess() access: Access,
    @ClientSignal() signal: AbortSignal,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { webhook, ...wishes } = access.bind(body);
    if (await this.idempotency.answered(reply, { json: body })) return;
    await reply.status(202).send(await this.jobs.speech(toSpeakRequest(wishes), webhook?.url, signal));
  }

  @Get(':id')
  @ApiOperation({ summary: 'How a job is, and what has come of it' })
  @ApiOkResponse({ description: 'The job, with its result when it is completed.' })
  async get(
    @Param('id') id: string,
    @Query() { expiresInSeconds: linkSeconds }: LinkDto,
    @CallerAccess() { tenant }: Access,
    @ClientSignal() signal: AbortSignal,
  ): Promise<JobView> {
    return this.jobs.get(id, signal, { ...(linkSeconds !== undefined && { linkSeconds }), ...(tenant !== undefined && { tenant }) });
  }

  @Delete(':id')
  @ApiOperation({ summary: 'Cancels a job wherever it is worked on; one that has ended stays as it is' })
  @ApiOkResponse({ description: 'The job after that.' })
  async cancel(@Param('id') id: string, @CallerAccess() access: Access, @ClientSignal() signal: AbortSignal): Promise<JobView> {
    return this.jobs.cancel(id, signal, access.tenant);
  }

  private async readOrder(reply: FastifyReply, query: TranscriptionJobFieldsDto): Promise<TranscriptionOrder> {
    const { request } = reply;
    const take = keptUntilAnswered(reply);
    const type = mediaType(request);
    if (type === 'application/json') {
      const stored = { type: 'body', metatype: CreateTranscriptionJobDto } as const;
      const { fileId, url, webhook, ...fields } = (await this.validation.transform(request.body, stored)) as CreateTranscriptionJobDto;
      const recording = namedPlace({ fileId, url });
      return { recording, fields, webhook: webhook?.url, content: { json: request.body } };
    }
    const { maximumBytes } = this.configuration.jobs;
    if (type !== 'multipart/form-data') {
      const { webhook, ...fields } = query;
      const bytes = await readRawBody(request, maximumBytes, take);
      return { recording: { bytes }, fields, webhook, content: { bytes } };
    }
    const form = await readForm(request, maximumBytes, take);
    const { webhook, ...fields } = validateForm(TranscriptionJobFieldsDto, form.fields);
    return { recording: form.file, fields, webhook, content: { form } };
  }
}
