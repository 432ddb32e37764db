import { ParlanceError } from '@parlance/contracts';

const FIXED_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** Whoever writes more before the samples writes something else. */
const LONGEST_HEADER_BYTES = 1 << 17;

export interface WavStream {
  /** Hz. */
  sampleRate: number;
  /** 16-bit samples, in pieces of an even number of bytes. */
  chunks: AsyncIterable<Uint8Array>;
}

/**
 * Reads a WAV file of 16-bit mono samples while it is being written: its lengths are not believed, since a program
 * that writes into a pipe does not know them yet.
 * @throws ParlanceError `empty` when it ends before any sample; `server` when it is no WAV file
 */
export async function readWavStream(source: AsyncIterator<Uint8Array, undefined>): Promise<WavStream> {
  let head: Uint8Array = new Uint8Array();
  for (;;) {
    const header = parseHeader(head);
    if (header !== undefined) return { sampleRate: header.sampleRate, chunks: evenChunks(head.subarray(header.dataStart), source) };
    if (head.length > LONGEST_HEADER_BYTES)
      throw new ParlanceError('server', 'The speech program made no WAV audio.', { provider: 'local' });
    const { done, value } = await source.next();
    if (done === true) throw new ParlanceError('empty', 'The speech program made no audio.', { provider: 'local' });
    head = Buffer.concat([head, value]);
  }
}

/** `undefined` while the beginning of the samples has not been seen. */
function parseHeader(head: Uint8Array): { sampleRate: number; dataStart: number } | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let sampleRate: number | undefined;
  let position = FIXED_HEADER_BYTES;
  while (position + CHUNK_HEADER_BYTES <= head.length) {
    const name = String.fromCharCode(...head.subarray(position, position + 4));
    const start = position + CHUNK_HEADER_BYTES;
    if (name === 'data' && sampleRate !== undefined) return { sampleRate, dataStart: start };
    if (name === 'fmt ' && start + 8 <= head.length) sampleRate = view.getUint32(start + 4, true);
    position = start + view.getUint32(position + 4, true);
  }
  return undefined;
}

async function* evenChunks(first: Uint8Array, source: AsyncIterator<Uint8Array, undefined>): AsyncGenerator<Uint8Array> {
  let kept = first;
  for (;;) {
    const even = kept.length - (kept.length % 2);
    if (even > 0) yield kept.subarray(0, even);
    const { done, value } = await source.next();
    if (done === true) return;
    kept = kept.length === even ? value : Buffer.concat([kept.subarray(even), value]);
  }
}
