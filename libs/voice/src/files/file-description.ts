import type { RecordingDescription } from '@parlance/audio';
import type { StoredObject, VoiceFile } from '@parlance/contracts';
import { encodeFilename, FILENAME, originalFilename } from '@parlance/storage';
import { idOf } from './file-id.js';

/** What is known of audio beside its bytes. */
export type AudioFacts = Pick<VoiceFile, 'originalFilename' | 'durationSeconds' | 'format' | 'sampleRate' | 'channels'>;

const NAMES = { durationSeconds: 'duration-seconds', format: 'format', sampleRate: 'sample-rate', channels: 'channels' } as const;

/** As metadata of the object, so that nobody has to look into the bytes for it. */
export function toMetadata({ originalFilename: name, ...facts }: AudioFacts): Record<string, string> {
  const entries = Object.entries(NAMES).flatMap(([field, key]) => {
    const value = facts[field as keyof typeof NAMES];
    return value === undefined ? [] : [[key, String(value)]];
  });
  return { [FILENAME]: encodeFilename(name), ...(Object.fromEntries(entries) as Record<string, string>) };
}

/** What metadata says; `undefined` where it was not written by {@link toMetadata} for audio that was at hand. */
export function fromMetadata(metadata: Readonly<Record<string, string>>): Omit<AudioFacts, 'originalFilename'> | undefined {
  const { [NAMES.format]: format, [NAMES.durationSeconds]: duration, [NAMES.sampleRate]: rate, [NAMES.channels]: channels } = metadata;
  if (format === undefined) return undefined;
  return {
    format,
    ...(duration !== undefined && { durationSeconds: Number(duration) }),
    ...(rate !== undefined && { sampleRate: Number(rate) }),
    ...(channels !== undefined && { channels: Number(channels) }),
  };
}

/** A stored object as callers know it. */
export function toVoiceFile(object: StoredObject, bucket: string, facts: Partial<AudioFacts> | RecordingDescription): VoiceFile {
  const { key, sizeBytes, contentType, createdAt, metadata } = object;
  return {
    id: idOf(key),
    originalFilename: originalFilename(metadata) ?? `audio${key.slice(key.lastIndexOf('.'))}`,
    mediaType: contentType,
    sizeBytes,
    ...facts,
    createdAt: createdAt.toISOString(),
    bucket,
    key,
  };
}
