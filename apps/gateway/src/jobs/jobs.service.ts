import { randomUUID } from 'node:crypto';
import { ParlanceConfiguration } from '@parlance/configuration';
import { InvalidRequestError, NotFoundError, ParlanceError, type Bytes } from '@parlance/contracts';
import { ProviderFactory } from '@parlance/providers';
import { DEFAULT_LINK_SECONDS, nameOf, VoiceFiles, type FileLink, type PlanEntry, type SpeakRequest } from '@parlance/voice';
import { Inject, Injectable } from '@nestjs/common';
import { JobFiles } from './job-files.js';
import { JobObservers } from './job-observers.js';
import type { JobRequest, JobResult } from './job-request.js';
import { JOB_SOURCES, type JobSource } from './job-source.js';
import { JobQueue, type JobError, type JobKind, type JobState, type JobStatus, type JobTicket } from './queue/job-queue.js';
import { checkWebhookUrl } from './webhooks/webhook-url.js';

/** A job as callers see it. Times are ISO 8601, UTC. */
export interface JobView {
  id: string;
  object: 'job';
  kind: JobKind;
  status: JobStatus;
  /** 0-1. */
  progress: number;
  createdAt: string;
  startedAt?: string;
  finishedAt?: string;
  /** What has been heard so far. */
  partialText?: string;
  /** A transcript; or the stored file, with a link where one was asked for and the file is still there. */
  result?: JobResult & Partial<FileLink>;
  error?: JobError;
}

/** The recording itself, or the name of where it is. */
export type GivenRecording = { bytes: Bytes; filename?: string } | { field: string; value: string };

/** Whose a job is, and where its end is told. */
interface Order {
  tenant?: string;
  webhook: string | undefined;
}

type TranscriptionWishes = Extract<JobRequest, { kind: 'transcription' }>['request'];

/** What is wanted of a job. */
export interface JobWish {
  /** How long the link to stored speech lives; 0: there is none. Default 3600. */
  linkSeconds?: number;
  /** Whose jobs may be seen; absent: anybody's. */
  tenant?: string;
}

/** Takes jobs, tells how they are, and cancels them. */
@Injectable()
export class JobsService {
  constructor(
    @Inject(JobQueue) private readonly queue: JobQueue,
    private readonly stored: VoiceFiles,
    @Inject(JOB_SOURCES) private readonly sources: readonly JobSource[],
    private readonly files: JobFiles,
    private readonly configuration: ParlanceConfiguration,
    private readonly observers: JobObservers,
    private readonly factory: ProviderFactory,
  ) {}

  /** @throws ParlanceError; nothing is left of a job that is not taken */
  async speech(request: SpeakRequest, webhook: string | undefined, signal: AbortSignal): Promise<JobView> {
    for (const name of namesOf(request)) this.factory.speechProvider(name);
    return this.take('speech', { ...request, webhook }, async (ticket) => {
      await this.files.put(ticket, 'request', { kind: 'speech', request } satisfies JobRequest, signal);
    });
  }

  /** @throws ParlanceError */
  async transcription(
    recording: GivenRecording,
    wishes: TranscriptionWishes,
    webhook: string | undefined,
    signal: AbortSignal,
  ): Promise<JobView> {
    for (const name of namesOf(wishes)) this.factory.transcriptionProvider(name);
    return this.take('transcription', { ...wishes, webhook }, async (ticket) => {
      const { key, filename } = await this.lay(recording, ticket, signal);
      const request = { ...wishes, ...(filename !== undefined && { filename }) };
      await this.files.put(ticket, 'request', { kind: 'transcription', request, recordingKey: key } satisfies JobRequest, signal);
    });
  }

  /** @throws NotFoundError */
  async get(id: string, signal: AbortSignal, { linkSeconds = DEFAULT_LINK_SECONDS, tenant }: JobWish = {}): Promise<JobView> {
    return this.view(await this.find(id, tenant), linkSeconds, signal);
  }

  /** A job that has ended is left as it is. @param tenant whose jobs there are; absent: anybody's @throws NotFoundError */
  async cancel(id: string, signal: AbortSignal, tenant?: string): Promise<JobView> {
    await this.find(id, tenant);
    const state = await this.queue.cancel(id);
    if (state === undefined) throw noSuchJob(id);
    return this.view(state, DEFAULT_LINK_SECONDS, signal);
  }

  /** A job of another tenant is as one that is not there. */
  private async find(id: string, tenant: string | undefined): Promise<JobState> {
    const state = isJobId(id) ? await this.queue.get(id) : undefined;
    if (state === undefined || (tenant !== undefined && state.ticket.tenant !== tenant)) throw noSuchJob(id);
    return state;
  }

  private async take(kind: JobKind, { webhook, tenant }: Order, lay: (ticket: JobTicket) => Promise<void>): Promise<JobView> {
    if (webhook !== undefined) this.checkWebhook(webhook);
    const id = `job_${randomUUID().replaceAll('-', '')}`;
    const createdAt = new Date();
    const ticket: JobTicket = {
      id,
      kind,
      tenant: tenant ?? 'default',
      folder: this.files.folderOf(id, createdAt),
      createdAt: createdAt.toISOString(),
      ...(webhook !== undefined && { webhook }),
    };
    try {
      await lay(ticket);
      const state = await this.queue.add(ticket);
      this.observers.tell({ type: 'job', kind, state: 'queued' });
      return viewOf(state);
    } catch (error) {
      // Not waited for: a store that is silent would be so once more. What stays is swept up later.
      void this.files.clear(ticket).catch(() => undefined);
      throw error;
    }
  }

  private async lay(recording: GivenRecording, ticket: JobTicket, signal: AbortSignal): Promise<{ key: string; filename?: string }> {
    if ('bytes' in recording) {
      const { bytes, filename } = recording;
      await this.files.putRecording(ticket, bytes, signal);
      return { key: this.files.recordingKey(ticket), ...(filename !== undefined && { filename }) };
    }
    const source = this.sources.find(({ field }) => field === recording.field);
    if (source === undefined) throw new InvalidRequestError(`Recordings cannot be named by '${recording.field}' here.`, recording.field);
    return source.locate(recording.value, ticket.folder, signal);
  }

  private checkWebhook(url: string): void {
    const { webhookSecret, allowPrivateWebhooks } = this.configuration.jobs;
    if (webhookSecret === undefined) {
      const message = 'This server sends no webhooks: PARLANCE_WEBHOOK_SECRET, which signs them, is not set. Ask for the job instead.';
      throw new InvalidRequestError(message, 'webhook', { reason: 'webhooks_not_configured' });
    }
    checkWebhookUrl(url, allowPrivateWebhooks);
  }

  private async view(state: JobState, linkSeconds: number, signal: AbortSignal): Promise<JobView> {
    if (state.status !== 'completed') return viewOf(state);
    const result = await this.files.read<JobResult>(state.ticket, 'result', signal);
    if (result === undefined) return viewOf(state);
    return { ...viewOf(state), result: { ...result, ...(await this.linkTo(result, linkSeconds, signal)) } };
  }

  /** None to a file that has been deleted since, and none that outlives its file. */
  private async linkTo(result: JobResult, seconds: number, signal: AbortSignal): Promise<Partial<FileLink>> {
    if (!('file' in result) || seconds <= 0) return {};
    try {
      return await this.stored.link(result.file.id, seconds, signal);
    } catch (error) {
      if (error instanceof ParlanceError && error.code === 'not_found') return {};
      throw error;
    }
  }
}

function viewOf({ ticket, status, progress, startedAt, finishedAt, error }: JobState): JobView {
  return {
    id: ticket.id,
    object: 'job',
    kind: ticket.kind,
    status,
    progress: progress.share,
    createdAt: ticket.createdAt,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(progress.text !== undefined && progress.text !== '' && { partialText: progress.text }),
    ...(error !== undefined && { error }),
  };
}

/** Looked up before a job is taken: it would be given to one process after the other, in case that one of them has the account. */
function namesOf({ providers = [] }: { providers?: readonly PlanEntry[] }): string[] {
  return providers.map(nameOf);
}

function noSuchJob(id: string): NotFoundError {
  return new NotFoundError('job', id, undefined, { reason: 'job_not_found' });
}

function isJobId(id: string): boolean {
  return /^job_[0-9a-f]{32}$/.test(id);
}
