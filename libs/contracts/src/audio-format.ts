/**
 * The formats speech is asked for and answered in. `pcm` is raw signed 16-bit little-endian mono samples
 * without a header; `opus` is Opus in an Ogg container, as voice notes want it.
 */
export const AUDIO_FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type AudioFormat = (typeof AUDIO_FORMATS)[number];

/**
 * What a recording really is, read from its first bytes. `mp4` covers m4a; `aac` is a bare ADTS stream.
 * `pcm` never comes from sniffing: it is what decoded audio is handed on as.
 */
export const RECORDING_FORMATS = ['wav', 'mp3', 'ogg-opus', 'ogg-vorbis', 'webm', 'flac', 'mp4', 'aac', 'amr', 'pcm'] as const;
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

export function isAudioFormat(value: unknown): value is AudioFormat {
  return (AUDIO_FORMATS as readonly unknown[]).includes(value);
}
