import type { AudioFormat } from '@parlance/contracts';

export interface AudioFormatInfo {
  mediaType: string;
  /** Without the dot. */
  extension: string;
  /** Hz; what is encoded when nobody asks for another rate. */
  defaultSampleRate: number;
}

const FORMATS: Readonly<Record<AudioFormat, AudioFormatInfo>> = {
  mp3: { mediaType: 'audio/mpeg', extension: 'mp3', defaultSampleRate: 24_000 },
  opus: { mediaType: 'audio/ogg', extension: 'ogg', defaultSampleRate: 24_000 },
  aac: { mediaType: 'audio/aac', extension: 'aac', defaultSampleRate: 24_000 },
  flac: { mediaType: 'audio/flac', extension: 'flac', defaultSampleRate: 24_000 },
  wav: { mediaType: 'audio/wav', extension: 'wav', defaultSampleRate: 24_000 },
  pcm: { mediaType: 'audio/pcm', extension: 'pcm', defaultSampleRate: 24_000 },
};

/** Everything about a format that is data. */
export function audioFormatInfo(format: AudioFormat): AudioFormatInfo {
  return FORMATS[format];
}
