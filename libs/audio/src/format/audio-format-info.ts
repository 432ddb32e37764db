import type { AudioFormat, RecordingFormat } from '@parlance/contracts';

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

const RECORDINGS: Readonly<Record<RecordingFormat, Omit<AudioFormatInfo, 'defaultSampleRate'>>> = {
  wav: FORMATS.wav,
  mp3: FORMATS.mp3,
  'ogg-opus': FORMATS.opus,
  'ogg-vorbis': { mediaType: 'audio/ogg', extension: 'ogg' },
  webm: { mediaType: 'audio/webm', extension: 'webm' },
  flac: FORMATS.flac,
  mp4: { mediaType: 'audio/mp4', extension: 'm4a' },
  aac: FORMATS.aac,
  amr: { mediaType: 'audio/amr', extension: 'amr' },
  pcm: FORMATS.pcm,
};

/** How a recording of that format is called and served. */
export function recordingFormatInfo(format: RecordingFormat): Omit<AudioFormatInfo, 'defaultSampleRate'> {
  return RECORDINGS[format];
}
