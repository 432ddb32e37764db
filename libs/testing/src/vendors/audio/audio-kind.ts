import type { AudioFormat } from '@parlance/contracts';

type AudioKind = 'wav' | 'mp3' | 'ogg' | 'flac' | 'mp4' | 'webm' | 'aac';

/** What a file is by its first bytes; `undefined` for anything that is no audio file, bare samples included. */
export function audioKind(bytes: Uint8Array): AudioKind | undefined {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  if (head.startsWith('RIFF') && head.slice(8) === 'WAVE') return 'wav';
  if (head.startsWith('OggS')) return 'ogg';
  if (head.startsWith('fLaC')) return 'flac';
  if (head.startsWith('ID3')) return 'mp3';
  if (head.slice(4, 8) === 'ftyp') return 'mp4';
  if (head.startsWith('\x1A\x45\xDF\xA3')) return 'webm';
  return mpegKind(bytes[0] ?? 0, bytes[1] ?? 0);
}

/** Whether an upload is an audio file of some kind. */
export function isAudio(bytes: Uint8Array): boolean {
  return audioKind(bytes) !== undefined;
}

/** Whether the bytes are what the format says; `pcm` is whole 16-bit samples without any header. */
export function isOfFormat(bytes: Uint8Array, format: AudioFormat): boolean {
  const kind = audioKind(bytes);
  switch (format) {
    case 'pcm':
      return bytes.byteLength > 0 && bytes.byteLength % 2 === 0 && kind === undefined;
    case 'opus':
      return kind === 'ogg' && Buffer.from(bytes.subarray(0, 512)).includes('OpusHead');
    case 'aac':
      return kind === 'aac' || kind === 'mp4';
    case 'mp3':
    case 'wav':
    case 'flac':
      return kind === format;
  }
}

/** Eleven bits of sync, then the layer: 0 is ADTS, 1 is layer III. Anything else is as likely to be bare samples. */
function mpegKind(first: number, second: number): 'mp3' | 'aac' | undefined {
  if (first !== 0xff || (second & 0xe0) !== 0xe0) return undefined;
  switch (second & 0x06) {
    case 0:
      return 'aac';
    case 2:
      return 'mp3';
    default:
      return undefined;
  }
}
