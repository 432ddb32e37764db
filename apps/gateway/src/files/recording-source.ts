import { ParlanceConfiguration } from '@parlance/configuration';
import { InvalidRequestError } from '@parlance/contracts';
import { RemoteFiles } from '@parlance/storage';
import { VoiceFiles } from '@parlance/voice';
import { Injectable } from '@nestjs/common';

/** Where a recording is that does not come with its request: one of the two. */
export interface RecordingPlace {
  /** A stored file. */
  fileId?: string;
  /** A public link. */
  url?: string;
}

/** Recordings that requests only point at. */
@Injectable()
export class RecordingSource {
  constructor(
    private readonly files: VoiceFiles,
    private readonly remote: RemoteFiles,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  /**
   * The whole of a recording, of no more bytes than an upload may have.
   * @throws InvalidRequestError unless exactly one place is named; ParlanceError `not_found`, `too_large`, `timeout`, `server`
   */
  async load({ fileId, url }: RecordingPlace, signal: AbortSignal): Promise<{ audio: Uint8Array; filename?: string }> {
    if ((fileId === undefined) === (url === undefined)) {
      throw new InvalidRequestError(
        "Say where the recording is: 'fileId' or 'url', one of them.",
        fileId === undefined ? 'fileId' : 'url',
        {
          reason: fileId === undefined ? 'missing_required_parameter' : 'invalid_value',
        },
      );
    }
    if (fileId !== undefined) {
      const { bytes, filename } = await this.files.read(fileId, signal);
      return { audio: bytes, filename };
    }
    const { bytes } = await this.remote.fetch(url ?? '', { maximumBytes: this.configuration.maximumUploadBytes, signal });
    return { audio: bytes };
  }
}
