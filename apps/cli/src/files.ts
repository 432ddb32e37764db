import { InvalidRequestError } from '@parlance/contracts';
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The bytes of a file, or of standard input for `-`. @param limit bytes that are taken */
export async function readInput(file: string, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  if (file === '-') return readStream(process.stdin, limit, signal);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new InvalidRequestError(`There is no file '${file}'.`);
  if (!found.isFile()) throw new InvalidRequestError(`'${file}' is no file.`);
  if (found.size > limit) {
    throw new InvalidRequestError(`'${file}' has ${found.size} bytes; at most ${limit} are taken (PARLANCE_MAX_UPLOAD_BYTES).`);
  }
  return readFile(file);
}

/** All of a stream, which is read no further than somebody wants it. */
export async function readStream(stream: Readable, limit: number, signal: AbortSignal): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of addAbortSignal(signal, stream) as AsyncIterable<Uint8Array>) {
    size += part.byteLength;
    if (size > limit) throw new InvalidRequestError(`More than ${limit} bytes came: at most so many are taken.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** Writes what comes, to its end. @returns how many bytes */
export type Output = (chunks: AsyncIterable<Uint8Array>) => Promise<number>;

/**
 * Where to write: standard output for `-`, else the file, which is there whole or not at all. Made before what is written, which
 * may cost money. @throws InvalidRequestError where nothing can be written
 */
export async function openOutput(file: string): Promise<Output> {
  if (file === '-') return writeToStandardOutput;
  // What a link leads to is written, and the link stays one.
  const target = await realpath(file).catch(() => file);
  const found = await stat(target).catch(() => undefined);
  if (found?.isDirectory()) throw new InvalidRequestError(`'${file}' is a directory: name a file in it.`);
  // Else the system would tell of the temporary file, which nobody has named.
  if ((await stat(dirname(target)).catch(() => undefined)) === undefined) {
    throw new InvalidRequestError(`There is no directory '${dirname(file)}': make it first.`);
  }
  // A pipe or a device stays what it is.
  if (found !== undefined && !found.isFile()) return (chunks) => writeTo(target, chunks);
  return (chunks) => writeWhole(target, chunks);
}

async function writeWhole(target: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = `${target}.${process.pid}.part`;
  try {
    const size = await writeTo(temporary, chunks);
    await rename(temporary, target);
    return size;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeToStandardOutput(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  const counted = async function* () {
    for await (const chunk of chunks) {
      size += chunk.byteLength;
      yield chunk;
    }
  };
  await pipeline(counted, process.stdout, { end: false });
  return size;
}

async function writeTo(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const target = await open(file, 'w');
  let size = 0;
  try {
    for await (const chunk of chunks) {
      // Not `write`, which may write a part: on a disk that fills up it does.
      await target.writeFile(chunk);
      size += chunk.byteLength;
    }
  } finally {
    await target.close();
  }
  return size;
}
