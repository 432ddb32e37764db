/** Formats of speech, as the API names them. */
export const FORMATS = ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'] as const;
export type Format = (typeof FORMATS)[number];

export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
};

const ENDINGS: Readonly<Record<Format, string>> = { mp3: 'mp3', opus: 'ogg', aac: 'aac', flac: 'flac', wav: 'wav', pcm: 'pcm' };

export function fileName(format: Format): string {
  return `speech.${ENDINGS[format]}`;
}

/**
 * How audio of a format is heard: `stream`, by the browser's own decoder as it comes; `samples`, put together here as it
 * comes; `whole`, when all of it is there.
 */
export type Delivery = 'stream' | 'samples' | 'whole';

/** @param isStreamed whether the browser decodes a media type as it comes */
export function deliveryOf(format: Format, isStreamed: (mediaType: string) => boolean): Delivery {
  if (format === 'wav' || format === 'pcm') return 'samples';
  return format === 'mp3' && isStreamed(MEDIA_TYPES.mp3) ? 'stream' : 'whole';
}

export function canStream(mediaType: string): boolean {
  return typeof MediaSource !== 'undefined' && MediaSource.isTypeSupported(mediaType);
}
