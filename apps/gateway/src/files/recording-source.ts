import { ParlanceConfiguration } from '@parlance/configuration';
import { InvalidRequestError } from '@parlance/contracts';
import { RemoteFiles } from '@parlance/storage';
import { VoiceFiles } from '@parlance/voice';
import { Injectable } from '@nestjs/common';

/** Where a recording is that does not come with its request: one of the two; null counts as left out. */
export interface RecordingPlace {
  /** A stored file. */
  fileId?: string | null | undefined;
  /** A public link. */
  url?: string | null | undefined;
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
   * @param tenant whose stored files may be named; absent: anybody's
   * @throws InvalidRequestError unless exactly one place is named; ParlanceError `not_found`, `too_large`, `timeout`, `server`
   */
  async load(place: RecordingPlace, signal: AbortSignal, tenant?: string): Promise<{ audio: Uint8Array; filename?: string }> {
    const { field, value } = namedPlace(place);
    if (field === 'fileId') {
      this.files.checkOwner(value, tenant);
      const { bytes, filename } = await this.files.read(value, signal);
      return { audio: bytes, filename };
    }
    const { bytes } = await this.remote.fetch(value, { maximumBytes: this.configuration.maximumUploadBytes, signal });
    return { audio: bytes };
  }
}

/** The one place that is named. @throws InvalidRequestError unless it is exactly one */
export function namedPlace({ fileId, url }: RecordingPlace): { field: 'fileId' | 'url'; value: string } {
  if (fileId != null && url == null) return { field: 'fileId', value: fileId };
  if (url != null && fileId == null) return { field: 'url', value: url };
  const [field, reason] = fileId == null ? ['fileId', 'missing_required_parameter'] : ['url', 'invalid_value'];
  throw new InvalidRequestError("Say where the recording is: 'fileId' or 'url', one of them.", field, { reason });
}
