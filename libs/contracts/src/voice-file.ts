/** Stored audio, described once for everybody. */
export interface VoiceFile {
  id: string;
  originalFilename: string;
  mediaType: string;
  sizeBytes: number;
  durationSeconds?: number;
  format?: string;
  /** Hz. */
  sampleRate?: number;
  channels?: number;
  /** ISO 8601, UTC. */
  createdAt: string;
  bucket: string;
  key: string;
}
