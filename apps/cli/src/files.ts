import { InvalidRequestError } from '@parlance/contracts';
import { once } from 'node:events';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';

/** The bytes of a file, or of standard input for `-`. */
export async function readInput(file: string, limit: number): Promise<Uint8Array> {
  if (file === '-') return buffer(process.stdin);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined) throw new InvalidRequestError(`There is no file '${file}'.`);
  if (!found.isFile()) throw new InvalidRequestError(`'${file}' is no file.`);
  if (found.size > limit) {
    throw new InvalidRequestError(`'${file}' has ${found.size} bytes; at most ${limit} are taken (PARLANCE_MAX_UPLOAD_BYTES).`);
  }
  return readFile(file);
}

/** Writes what comes: to standard output for `-`, else to the file, which is there whole or not at all. */
export async function writeOutput(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  return file === '-' ? writeToStandardOutput(chunks) : writeToFile(file, chunks);
}

async function writeToStandardOutput(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (!process.stdout.write(chunk)) await once(process.stdout, 'drain');
  }
  return size;
}

async function writeToFile(file: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = `${file}.${process.pid}.part`;
  let size = 0;
  try {
    const target = await open(temporary, 'w');
    try {
      for await (const chunk of chunks) size += (await target.write(chunk)).bytesWritten;
    } finally {
      await target.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return size;
}
