import { Readable } from 'node:stream';
import { NotFoundError, ObjectStore, ParlanceError, readAll, type Bytes } from '@parlance/contracts';
import { collect } from '../http/request-body.js';
import { Inject, Injectable } from '@nestjs/common';
import type { JobTicket } from './queue/job-queue.js';

/** Everything of jobs lies below it, first by the hour (UTC) in which they came. */
const ROOT = 'jobs';
/** A time for each call, also where its caller has none. */
const CALL_MILLISECONDS = 60_000;
const HOUR_MILLISECONDS = 3_600_000;
/** A job is kept from its end, and its folder has the hour in which it came: so long it may have waited and run. */
const LONGEST_JOB_HOURS = 24;
/** How many hours after their time things are still looked for: a server that was away for longer leaves them behind. */
const SWEPT_HOURS = 48;

/** What belongs to a job in the object store: its request, its recording, its result. */
@Injectable()
export class JobFiles {
  constructor(@Inject(ObjectStore) private readonly objects: ObjectStore) {}

  folderOf(id: string, createdAt: Date): string {
    return `${ROOT}/${hourOf(createdAt)}/${id}`;
  }

  recordingKey({ folder }: Pick<JobTicket, 'folder'>): string {
    return `${folder}/recording`;
  }

  async putRecording(ticket: Pick<JobTicket, 'folder'>, bytes: Bytes, signal: AbortSignal): Promise<void> {
    await this.objects.put(this.recordingKey(ticket), await readAll(bytes), { contentType: 'application/octet-stream' }, signal);
  }

  /** @throws NotFoundError; PayloadTooLargeException as soon as `maximumBytes` are passed */
  async readBytes(key: string, maximumBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    const { chunks } = await this.objects.get(key, undefined, signal);
    return collect(Readable.from(chunks, { objectMode: false }), maximumBytes, 0);
  }

  async put(ticket: Pick<JobTicket, 'folder'>, name: 'request' | 'result', value: unknown, signal: AbortSignal): Promise<void> {
    const bytes = Buffer.from(JSON.stringify(value));
    await this.objects.put(`${ticket.folder}/${name}.json`, bytes, { contentType: 'application/json' }, signal);
  }

  /**
   * `undefined`: it is not there.
   * @throws ParlanceError `server` when it comes damaged; the next time it may come whole
   */
  async read<Value>({ folder }: Pick<JobTicket, 'folder'>, name: 'request' | 'result', signal: AbortSignal): Promise<Value | undefined> {
    try {
      const bytes = await this.readBytes(`${folder}/${name}.json`, Number.POSITIVE_INFINITY, signal);
      return parsed<Value>(bytes);
    } catch (error) {
      if (error instanceof NotFoundError || (error instanceof ParlanceError && error.code === 'not_found')) return undefined;
      throw error;
    }
  }

  /** What the job was given; `everything`: its result, too. */
  async clear(ticket: Pick<JobTicket, 'folder'>, everything = false): Promise<void> {
    const signal = AbortSignal.timeout(CALL_MILLISECONDS);
    const names = ['recording', 'request.json', ...(everything ? ['result.json'] : [])];
    await Promise.all(names.map((name) => this.objects.delete(`${ticket.folder}/${name}`, signal)));
  }

  /**
   * Deletes what is left of jobs that came longer ago than they are kept.
   * @throws what failed at first, when the other hours have been looked at: a file that is damaged keeps none of them
   */
  async sweep(retentionSeconds: number, signal: AbortSignal): Promise<void> {
    const youngest = Date.now() - retentionSeconds * 1000 - (LONGEST_JOB_HOURS + 1) * HOUR_MILLISECONDS;
    const failures: unknown[] = [];
    for (let hours = 0; hours < SWEPT_HOURS && !signal.aborted; hours++) {
      const folder = `${ROOT}/${hourOf(new Date(youngest - hours * HOUR_MILLISECONDS))}/`;
      await this.deleteAll(folder, signal).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  private async deleteAll(prefix: string, signal: AbortSignal): Promise<void> {
    for await (const { key } of this.objects.list(prefix, signal)) await this.objects.delete(key, signal);
  }
}

/** `2026-11-25T14` */
function hourOf(date: Date): string {
  return date.toISOString().slice(0, 13);
}

/** The parser's own error has a piece of what it was given. */
function parsed<Value>(bytes: Uint8Array): Value {
  try {
    return JSON.parse(Buffer.from(bytes).toString()) as Value;
  } catch {
    const message = 'What the object store has of the job came damaged. Try again in a moment.';
    throw new ParlanceError('server', message, { reason: 'job_damaged' });
  }
}
