import type { ParlanceError, VoiceFile } from '@parlance/contracts';
import type { StoredSpeech, Transcription, UnstoredSpeech } from '@parlance/voice';

/** A stored file as the platform before describes it. */
export interface LegacyVoiceFileInfo {
  file_id: string;
  original_filename: string;
  mime_type: string;
  size_bytes: number;
  duration_seconds: number | null;
  format: string | null;
  sample_rate: number | null;
  channels: number | null;
  /** ISO 8601, UTC. */
  created_at: string;
  minio_bucket: string;
  minio_key: string;
}

/** A result as the platform before reads it. */
export interface LegacyVoiceResult {
  success: boolean;
  text: string | null;
  audio_url: string | null;
  file_info: LegacyVoiceFileInfo | null;
  provider_used: string | null;
  /** Seconds. */
  processing_time: number;
  cached: boolean;
  error_message: string | null;
  metadata: Readonly<Record<string, unknown>>;
}

export function toLegacyFileInfo(file: VoiceFile): LegacyVoiceFileInfo {
  return {
    file_id: file.id,
    original_filename: file.originalFilename,
    mime_type: file.mediaType,
    size_bytes: file.sizeBytes,
    duration_seconds: file.durationSeconds ?? null,
    format: file.format ?? null,
    sample_rate: file.sampleRate ?? null,
    channels: file.channels ?? null,
    created_at: file.createdAt,
    minio_bucket: file.bucket,
    minio_key: file.key,
  };
}

/** Whatever came of a request, in the one old shape. */
export function toLegacyResult(result: Transcription | StoredSpeech | UnstoredSpeech | ParlanceError): LegacyVoiceResult {
  if (result instanceof Error) return failed(result);
  const { trace, warnings } = result;
  const { servedBy, cache, totalMilliseconds = 0 } = trace;
  const stored = 'file' in result && result.file !== null ? result : undefined;
  return {
    success: true,
    text: 'text' in result ? result.text : null,
    audio_url: stored?.url ?? null,
    file_info: stored === undefined ? null : toLegacyFileInfo(stored.file),
    provider_used: servedBy?.provider ?? null,
    processing_time: totalMilliseconds / 1000,
    cached: cache === 'hit',
    error_message: null,
    metadata: { model: servedBy?.model ?? null, warnings: warnings.map(({ message }) => message) },
  };
}

function failed(error: ParlanceError): LegacyVoiceResult {
  const { message, code, provider = null } = error;
  return {
    success: false,
    text: null,
    audio_url: null,
    file_info: null,
    provider_used: provider,
    processing_time: 0,
    cached: false,
    error_message: message,
    metadata: { code },
  };
}
