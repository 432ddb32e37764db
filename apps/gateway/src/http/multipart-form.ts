import type { Multipart } from '@fastify/multipart';
import { HttpException } from '@nestjs/common';
import { AbortedError, InvalidRequestError, ParlanceError } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import { announcedLength, collect, drain, refuseAnnouncedLength } from './request-body.js';

export interface UploadedFile {
  bytes: Uint8Array;
  filename: string;
}

export interface UploadForm {
  file: UploadedFile;
  /** Values by name, in the order they came; `key[]` and a repeated `key` are the same. */
  fields: ReadonlyMap<string, readonly string[]>;
}

const LIMITS = { fieldSize: 262_144, fieldNameSize: 200, fields: 100, parts: 110, headerPairs: 50 };

/**
 * Reads a form with one file, named `file`, before, between or after its fields.
 * @param maximumBytes of the file
 * @throws InvalidRequestError, PayloadTooLargeException; AbortedError when the client leaves
 */
export async function readForm(request: FastifyRequest, maximumBytes: number): Promise<UploadForm> {
  try {
    refuseAnnouncedLength(request, maximumBytes);
    const fields = new Map<string, string[]>();
    let file: UploadedFile | undefined;
    for await (const part of request.parts({ limits: { ...LIMITS, fileSize: Infinity } })) {
      if (part.type === 'file') file = await onlyFile(part, file, maximumBytes, announcedLength(request));
      else addField(fields, part.fieldname, part.value, part.valueTruncated);
    }
    return { file: notEmpty(file, fields), fields };
  } catch (error) {
    drain(request.raw);
    throw readable(error, request);
  }
}

type FilePart = Extract<Multipart, { type: 'file' }>;

/** @param expected bytes of the whole form, which are those of the file and a little more */
async function onlyFile(part: FilePart, before: UploadedFile | undefined, maximumBytes: number, expected: number): Promise<UploadedFile> {
  if (part.fieldname !== 'file') {
    throw new InvalidRequestError("Send the recording in the form field 'file', and no other file.", 'file');
  }
  if (before !== undefined) throw new InvalidRequestError("Send one 'file' in a request, not several.", 'file');
  return { bytes: await collect(part.file, maximumBytes, expected), filename: part.filename };
}

function addField(fields: Map<string, string[]>, name: string, value: unknown, truncated: boolean): void {
  if (truncated) throw new InvalidRequestError('A form field is longer than 256 KiB. Shorten it.');
  const key = name.endsWith('[]') ? name.slice(0, -2) : name;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  fields.set(key, [...(fields.get(key) ?? []), text]);
}

function notEmpty(file: UploadedFile | undefined, fields: ReadonlyMap<string, unknown>): UploadedFile {
  if (file !== undefined && file.bytes.byteLength > 0) return file;
  if (file !== undefined) throw new InvalidRequestError("The 'file' is empty.", 'file', { reason: 'empty_file' });
  const why = fields.has('file')
    ? "'file' came as a text field: send it as a file, with a file name."
    : "Missing required parameter: 'file'.";
  throw new InvalidRequestError(why, 'file', { reason: 'missing_required_parameter' });
}

/** The parser's own errors in words a caller can use. */
function readable(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof ParlanceError || error instanceof HttpException) return error;
  if (request.raw.destroyed && !request.raw.complete) return new AbortedError(error);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (typeof code === 'string' && code.endsWith('_LIMIT')) {
    return new InvalidRequestError('The form has too many parts: send one file and at most 100 fields.');
  }
  return new InvalidRequestError('The body is not valid multipart/form-data: it ends early, or its boundary is not the announced one.');
}
