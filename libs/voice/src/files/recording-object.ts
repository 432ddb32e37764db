import { createHash } from 'node:crypto';
import { recordingFormatInfo, sniffFormat } from '@parlance/audio';
import type { RecordingFormat } from '@parlance/contracts';
import { buildObjectKey } from '@parlance/storage';
import { toMetadata } from './file-description.js';
import type { NewObject } from './keep-object.js';
import { safeFilename } from './upload-type.js';

/** A recording that is to be stored. */
export interface NewRecording {
  bytes: Uint8Array;
  filename?: string;
  /** Default `default`. */
  tenant?: string;
  agent?: string;
}

const UNKNOWN = { mediaType: 'application/octet-stream', extension: 'bin' };

/** @param format absent: read from the bytes */
export function recordingObject({ bytes, filename, tenant = 'default', agent }: NewRecording, format?: RecordingFormat): NewObject {
  const known = format ?? sniffFormat(bytes);
  const { mediaType, extension } = known === undefined ? UNKNOWN : recordingFormatInfo(known);
  const place = { kind: 'recording' as const, tenant, ...(agent !== undefined && { agent }), date: new Date(), extension };
  const key = buildObjectKey({ ...place, sha256: createHash('sha256').update(bytes).digest('hex') });
  const metadata = toMetadata({ originalFilename: safeFilename(filename, `recording.${extension}`) });
  return { key, bytes, contentType: mediaType, metadata };
}
