import { InvalidRequestError, NotFoundError, ObjectStore } from '@parlance/contracts';
import { ParlanceConfiguration } from '@parlance/configuration';
import { isObjectKey, RemoteFiles } from '@parlance/storage';
import { Inject, Injectable } from '@nestjs/common';

/** Where the recording of a job is when it did not come with the request. */
export interface LocatedRecording {
  /** Of the object store. */
  key: string;
  filename?: string;
}

/** Finds recordings that a request only names. One for each field of the request that can name one. */
export interface JobSource {
  /** Such as `fileId`. */
  readonly field: string;
  /**
   * @param value as the caller wrote it
   * @param folder of the job: what has to be fetched first is laid there, as `recording`
   * @throws InvalidRequestError, NotFoundError, TooLargeError with the field as `param`
   */
  locate(value: string, folder: string, signal: AbortSignal): Promise<LocatedRecording>;
}

/** The injection token of all of them, as a list. */
export const JOB_SOURCES = Symbol('JobSources');

/** What callers may name lies there: not what belongs to jobs. */
const FILES = 'voice/';

/** A stored file by its id, which is its key in base64url. */
@Injectable()
export class StoredFileSource implements JobSource {
  readonly field = 'fileId';

  constructor(@Inject(ObjectStore) private readonly objects: ObjectStore) {}

  async locate(id: string, _folder: string, signal: AbortSignal): Promise<LocatedRecording> {
    const key = keyOf(id);
    if (key === undefined) throw new InvalidRequestError("'fileId' is no id of a stored file. Send one as it was given.", this.field);
    if ((await this.objects.stat(key, signal)) === undefined) {
      throw new NotFoundError('stored file', id, undefined, { param: this.field, reason: 'file_not_found' });
    }
    return { key, filename: key.slice(key.lastIndexOf('/') + 1) };
  }
}

/** A public link: what it leads to is laid into the folder of the job. */
@Injectable()
export class LinkedSource implements JobSource {
  readonly field = 'url';

  constructor(
    private readonly remote: RemoteFiles,
    @Inject(ObjectStore) private readonly objects: ObjectStore,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  async locate(url: string, folder: string, signal: AbortSignal): Promise<LocatedRecording> {
    const { bytes, mediaType } = await this.remote.fetch(url, { maximumBytes: this.configuration.jobs.maximumBytes, signal });
    const key = `${folder}/recording`;
    await this.objects.put(key, bytes, { contentType: mediaType }, signal);
    return { key };
  }
}

/** `undefined`: the id is none that was ever given. */
function keyOf(id: string): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,1400}$/.test(id)) return undefined;
  const key = Buffer.from(id, 'base64url').toString();
  // There is one way to write an id, so that nothing passes as two files.
  return Buffer.from(key).toString('base64url') === id && key.startsWith(FILES) && isObjectKey(key) ? key : undefined;
}
