import type { AudioFormat } from '@parlance/contracts';

/** What a WAV header says when it went out before the length was known. */
const unknownLength = 0xffffffff;

/**
 * Finished audio with its real lengths in the header, for formats whose header went out first. Anything but a WAV
 * of unknown length comes back as it is; the bytes given are never changed.
 */
export function exactHeader(bytes: Uint8Array, format: AudioFormat): Uint8Array {
  if (format !== 'wav' || bytes.byteLength < 44) return bytes;
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let chunk = 12;
  while (chunk + 8 <= source.length && source.toString('latin1', chunk, chunk + 4) !== 'data') {
    chunk += 8 + source.readUInt32LE(chunk + 4) + (source.readUInt32LE(chunk + 4) % 2);
  }
  if (chunk + 8 > source.length || source.readUInt32LE(chunk + 4) !== unknownLength) return bytes;
  const exact = Buffer.from(source);
  exact.writeUInt32LE(exact.length - 8, 4);
  exact.writeUInt32LE(exact.length - chunk - 8, chunk + 4);
  return exact;
}
