import { ParlanceConfiguration } from '@parlance/configuration';
import { ParlanceError } from '@parlance/contracts';
import { VoiceService } from '@parlance/voice';
import { Injectable, Logger } from '@nestjs/common';
import { whatFailed } from '../logging/what-failed.js';
import { JobFiles } from './job-files.js';
import { JobObservers } from './job-observers.js';
import type { JobRequest, JobResult, SpeechResult } from './job-request.js';
import type { EndStatus, JobContext, JobTicket, JobWork } from './queue/job-queue.js';
import { Webhooks } from './webhooks/webhooks.js';

/** Does the work of jobs, and sees to their end. */
@Injectable()
export class JobRunner implements JobWork {
  private readonly logger = new Logger('Jobs');

  constructor(
    private readonly voice: VoiceService,
    private readonly files: JobFiles,
    private readonly configuration: ParlanceConfiguration,
    private readonly webhooks: Webhooks,
    private readonly observers: JobObservers,
  ) {}

  /** What comes of the job is in the object store when this resolves. */
  async run(ticket: JobTicket, context: JobContext): Promise<void> {
    // The process that has done it may have died before it could say so.
    if ((await this.files.read(ticket, 'result', context.signal)) !== undefined) return;
    const request = await this.files.read<JobRequest>(ticket, 'request', context.signal);
    if (request === undefined) {
      const message = 'What the job was given is not there any more. Send the job again.';
      throw new ParlanceError('not_found', message, { reason: 'job_input_gone' });
    }
    const result = request.kind === 'speech' ? await this.speak(request, context) : await this.transcribe(request, context);
    await this.files.put(ticket, 'result', result, context.signal);
  }

  async ended(ticket: JobTicket, status: EndStatus): Promise<void> {
    this.observers.tell({ type: 'job', kind: ticket.kind, state: status });
    if (ticket.webhook !== undefined && status !== 'cancelled') await this.webhooks.tell(ticket.id);
    // What is left is swept later.
    await this.files.clear(ticket, status !== 'completed').catch((error: unknown) => {
      this.logger.warn(`What ${ticket.id} was given could not be deleted yet: ${whatFailed(error)}`);
    });
  }

  private async speak({ request }: Extract<JobRequest, { kind: 'speech' }>, { signal, report }: JobContext): Promise<SpeechResult> {
    const onPiece = (made: number, of: number) => report({ share: of > 0 ? Math.min(1, made / of) : 0 });
    const { file, trace, usage, warnings } = await this.voice.speakToFile({ ...request, onPiece }, signal);
    return { file, trace, usage, warnings };
  }

  private async transcribe(
    { request, recordingKey }: Extract<JobRequest, { kind: 'transcription' }>,
    { signal, report }: JobContext,
  ): Promise<JobResult> {
    const audio = await this.files.readBytes(recordingKey, this.configuration.jobs.maximumBytes, signal);
    const heard: string[] = [];
    return this.voice.transcribe(
      {
        ...request,
        audio,
        long: true,
        onSegment: ({ text }, share) => {
          if (text.trim() !== '') heard.push(text.trim());
          report({ share, text: heard.join(' ') });
        },
      },
      signal,
    );
  }
}
