import type { FileHandle } from 'node:fs/promises';
import { ParlanceError } from '@parlance/contracts';

/** What a file says about the object in it. */
export interface ObjectDescription {
  /** New with every write: tells one content of a key from the next. */
  version: string;
  contentType: string;
  /** ISO 8601, UTC. */
  createdAt: string;
  metadata: Readonly<Record<string, string>>;
}

export interface DescribedFile extends ObjectDescription {
  /** Of the object, without its description. */
  sizeBytes: number;
}

const MARK = Buffer.from('PARLOBJ1', 'latin1');
const LENGTH_BYTES = 4;
const FOOTER_BYTES = LENGTH_BYTES + MARK.length;
/** Enough for almost every description in one read. */
const TAIL_BYTES = 4096;

/**
 * An object is one file: its bytes, then its description as JSON, the length of that, and a mark. Bytes and
 * description in one file are replaced together by one rename; a second file would go out of step with the first.
 */
export function encodeDescription(description: ObjectDescription): Buffer {
  const json = Buffer.from(JSON.stringify(description), 'utf8');
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, MARK]);
}

/** @throws ParlanceError `server` when the file was not written by {@link encodeDescription} to its end */
export async function readDescription(file: FileHandle): Promise<DescribedFile> {
  const { size } = await file.stat();
  let tail = await readTail(file, size, TAIL_BYTES);
  if (tail.length < FOOTER_BYTES || !tail.subarray(-MARK.length).equals(MARK)) throw damaged();
  const jsonBytes = tail.readUInt32BE(tail.length - FOOTER_BYTES);
  if (jsonBytes + FOOTER_BYTES > size) throw damaged();
  if (jsonBytes + FOOTER_BYTES > tail.length) tail = await readTail(file, size, jsonBytes + FOOTER_BYTES);
  const json = tail.subarray(tail.length - FOOTER_BYTES - jsonBytes, tail.length - FOOTER_BYTES);
  return { ...parse(json), sizeBytes: size - FOOTER_BYTES - jsonBytes };
}

function parse(json: Buffer): ObjectDescription {
  try {
    return JSON.parse(json.toString('utf8')) as ObjectDescription;
  } catch {
    throw damaged();
  }
}

async function readTail(file: FileHandle, size: number, bytes: number): Promise<Buffer> {
  const wanted = Math.min(size, bytes);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, size - wanted);
  if (bytesRead !== wanted) throw damaged();
  return buffer;
}

function damaged(): ParlanceError {
  return new ParlanceError('server', 'The stored object is damaged. Delete it or store it again.', { reason: 'object_damaged' });
}
