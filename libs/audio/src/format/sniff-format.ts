import type { RecordingFormat } from '@parlance/contracts';
import { adtsFrameLength } from './adts-frames.js';
import { hasAscii, id3Length } from './bytes.js';
import { firstMpegFrame } from './mpeg-frames.js';
import { oggBeginnings } from './ogg-pages.js';

/** What a recording is, by its first bytes and nothing else; `undefined` for everything that is not known. */
export function sniffFormat(bytes: Uint8Array): RecordingFormat | undefined {
  if (hasAscii(bytes, 'RIFF')) return hasAscii(bytes, 'WAVE', 8) ? 'wav' : undefined;
  if (hasAscii(bytes, 'OggS')) return sniffOgg(bytes);
  if (hasAscii(bytes, '#!AMR')) return 'amr';
  if (hasAscii(bytes, 'ftyp', 4)) return isImageBrand(bytes) ? undefined : 'mp4';
  if (isEbml(bytes)) return sniffEbml(bytes);
  if (hasAscii(bytes, 'fLaC', id3Length(bytes))) return 'flac';
  if (isAdts(bytes, id3Length(bytes))) return 'aac';
  return firstMpegFrame(bytes) === undefined ? undefined : 'mp3';
}

function sniffOgg(bytes: Uint8Array): RecordingFormat | undefined {
  for (const packet of oggBeginnings(bytes)) {
    if (hasAscii(packet, 'OpusHead')) return 'ogg-opus';
    if (hasAscii(packet, '\u0001vorbis')) return 'ogg-vorbis';
  }
  return undefined;
}

/** HEIC and AVIF pictures are the same container. */
function isImageBrand(bytes: Uint8Array): boolean {
  return ['heic', 'heix', 'mif1', 'msf1', 'avif', 'avis'].some((brand) => hasAscii(bytes, brand, 8));
}

function isEbml(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1a && bytes[1] === 0x45 && bytes[2] === 0xdf && bytes[3] === 0xa3;
}

/** The doc type stands within the first element: its id, one size byte, the word. */
function sniffEbml(bytes: Uint8Array): RecordingFormat | undefined {
  const end = Math.min(bytes.length, 128);
  for (let offset = 4; offset + 3 < end; offset++) {
    if (bytes[offset] !== 0x42 || bytes[offset + 1] !== 0x82) continue;
    return hasAscii(bytes, 'webm', offset + 3) || hasAscii(bytes, 'matroska', offset + 3) ? 'webm' : undefined;
  }
  return undefined;
}

/** An ADTS frame with another one behind it. */
function isAdts(bytes: Uint8Array, start: number): boolean {
  const length = adtsFrameLength(bytes, start);
  return length !== undefined && adtsFrameLength(bytes, start + length) !== undefined;
}
