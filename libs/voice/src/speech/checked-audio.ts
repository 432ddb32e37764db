import { sniffFormat } from '@parlance/audio';
import { ParlanceError, type AudioFormat, type RecordingFormat, type SpeechAudio } from '@parlance/contracts';
import { letGo } from '../streams/async-streams.js';
import { leastBytes } from './plausible.js';

/** How much is looked at before the first byte goes out: what is wrong by then can still be mended. */
const LOOKED_AT_SECONDS = 0.25;
/** A file tells what it is within this. */
const LONGEST_HEAD_BYTES = 4096;

const SNIFFED: Readonly<Record<Exclude<AudioFormat, 'pcm'>, RecordingFormat>> = {
  mp3: 'mp3',
  opus: 'ogg-opus',
  aac: 'aac',
  flac: 'flac',
  wav: 'wav',
};

/** JSON or a page, whatever it was called: samples that have no header are never so loud, and all above zero, from the first on. */
const WRITTEN = /^\s*[{[<][\t\n\r -~]{31}/;

/** Who speaks, and how long it must take at the least. */
export interface Expected {
  provider: string;
  /** Seconds. */
  atLeast: number;
}

/**
 * The audio once its beginning has been found good: of its format, and enough of it. What it lacks at the end breaks
 * the stream.
 * @throws ParlanceError `empty` without enough audio, `server` for what is no audio of its format
 */
export async function checkedAudio(audio: SpeechAudio, { provider, atLeast }: Expected, alive: () => void): Promise<SpeechAudio> {
  const { format, sampleRate } = audio;
  const whole = Math.max(leastBytes(atLeast, format, sampleRate), 1);
  if (audio.bytes !== undefined) {
    alive();
    checkWhole([audio.bytes], audio.bytes.byteLength);
    return audio;
  }
  const iterator = audio.chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let size = 0;
  try {
    const enough = leastBytes(Math.min(atLeast, LOOKED_AT_SECONDS), format, sampleRate);
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) {
        checkWhole(head, size);
        return { ...audio, chunks: inOnePiece(head) };
      }
      alive();
      if (next.value.byteLength === 0) continue;
      head.push(next.value);
      size += next.value.byteLength;
      if (size >= enough && isFormat(head, format)) break;
      if (size >= Math.max(enough, LONGEST_HEAD_BYTES)) throw notAudio(provider, format);
    }
  } catch (error) {
    letGo(iterator);
    throw error;
  }
  return { ...audio, chunks: freeing(rest(head, iterator, size, whole, provider), iterator) };

  function checkWhole(pieces: readonly Uint8Array[], bytes: number): void {
    if (bytes < whole) throw tooLittle(provider, bytes);
    if (!isFormat(pieces, format)) throw notAudio(provider, format);
  }
}

/** A generator that was never begun has nothing to clean up: leaving it then has to free its source here. */
function freeing(chunks: AsyncGenerator<Uint8Array>, source: AsyncIterator<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let begun = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      begun = true;
      return chunks.next();
    },
    return: async () => {
      if (!begun) letGo(source);
      return chunks.return(undefined);
    },
  };
}

async function* inOnePiece(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function* rest(
  head: readonly Uint8Array[],
  iterator: AsyncIterator<Uint8Array>,
  looked: number,
  whole: number,
  provider: string,
): AsyncGenerator<Uint8Array> {
  let size = looked;
  try {
    yield* head;
    for (;;) {
      // Hand-driven, since a for-await loop cannot go on with an iterator that was begun.
      const next = await iterator.next();
      if (next.done === true) break;
      size += next.value.byteLength;
      if (next.value.byteLength > 0) yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
  if (size < whole) throw tooLittle(provider, size);
}

function isFormat(head: readonly Uint8Array[], format: AudioFormat): boolean {
  const bytes = head.length === 1 ? head[0]! : Buffer.concat(head);
  if (format === 'pcm') return !WRITTEN.test(Buffer.from(bytes.subarray(0, 64)).toString('latin1'));
  // A title page of any length may stand before the audio.
  const tagged = bytes[0] === 0x49 && bytes[1] === 0x44 && bytes[2] === 0x33;
  return tagged || sniffFormat(bytes) === SNIFFED[format];
}

function tooLittle(provider: string, size: number): ParlanceError {
  const message = size === 0 ? `${provider} answered without any audio.` : `${provider} answered with too little audio to be the text.`;
  return new ParlanceError('empty', message, { provider });
}

function notAudio(provider: string, format: AudioFormat): ParlanceError {
  return new ParlanceError('server', `${provider} answered with something that is no ${format}. Check its address.`, { provider });
}
