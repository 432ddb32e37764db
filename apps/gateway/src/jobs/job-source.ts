import { ObjectStore } from '@parlance/contracts';
import { ParlanceConfiguration } from '@parlance/configuration';
import { RemoteFiles } from '@parlance/storage';
import { VoiceFiles } from '@parlance/voice';
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
   * @throws InvalidRequestError, TooLargeError with the field as `param`; ParlanceError `not_found`
   */
  locate(value: string, folder: string, signal: AbortSignal): Promise<LocatedRecording>;
}

/** The injection token of all of them, as a list. */
export const JOB_SOURCES = Symbol('JobSources');

/** A stored file by its id. */
@Injectable()
export class StoredFileSource implements JobSource {
  readonly field = 'fileId';

  constructor(private readonly files: VoiceFiles) {}

  async locate(id: string, _folder: string, signal: AbortSignal): Promise<LocatedRecording> {
    return this.files.locate(id, signal);
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
