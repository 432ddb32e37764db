import { Busboy, type BusboyHeaders, type Dicer } from '@fastify/busboy';
import { HttpException } from '@nestjs/common';
import { AbortedError, InvalidRequestError, ParlanceError, sizeOf, type Bytes } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import type { Readable } from 'node:stream';
import { announcedLength, drain, refuseAnnouncedLength, type TakeUpload } from './request-body.js';

export interface UploadedFile<Taken = Bytes> {
  bytes: Taken;
  filename: string;
}

export interface UploadForm<Taken = Bytes> {
  file: UploadedFile<Taken>;
  /** Values by name, in the order they came; `key[]` and a repeated `key` are the same. */
  fields: ReadonlyMap<string, readonly string[]>;
}

const LIMITS = { fieldSize: 262_144, fieldNameSize: 200, fields: 100, parts: 110, headerPairs: 50 };

/**
 * Reads a form with one file, named `file`, before, between or after its fields.
 * @param maximumBytes of the file
 * @param take puts the file where it is wanted
 * @throws InvalidRequestError, PayloadTooLargeException; AbortedError when the client leaves
 */
export async function readForm<Taken extends Bytes>(
  request: FastifyRequest,
  maximumBytes: number,
  take: TakeUpload<Taken>,
): Promise<UploadForm<Taken>> {
  try {
    refuseAnnouncedLength(request, maximumBytes);
    const { file, fields } = await partsOf(request, maximumBytes, take);
    return { file: notEmpty(file, fields), fields };
  } catch (error) {
    drain(request.raw);
    throw readable(error, request);
  }
}

/** Reads to the end of the form, or to the first thing that is wrong with it. */
function partsOf<Taken>(
  request: FastifyRequest,
  maximumBytes: number,
  take: TakeUpload<Taken>,
): Promise<{ file: UploadedFile<Taken> | undefined; fields: Map<string, string[]> }> {
  const form = new Busboy({ headers: request.headers as BusboyHeaders, limits: LIMITS });
  const fields = new Map<string, string[]>();
  let file: Promise<UploadedFile<Taken>> | undefined;
  let part: Readable | undefined;
  return new Promise((resolve, reject) => {
    // Whoever takes the file hears by its end that there will be no more of it.
    const fail = (error: unknown): void => {
      part?.destroy();
      reject(error);
    };
    const orFail = (takePart: () => void): void => {
      try {
        takePart();
      } catch (error) {
        fail(error);
      }
    };
    form.on('field', (name, value, _isNameCut, isCut) => orFail(() => addField(fields, name, value, isCut)));
    form.on('file', (name, stream, filename) => {
      // Of a form that is refused nobody reads the parts, and they may break off.
      stream.on('error', () => undefined);
      orFail(() => {
        checkFile(name, file !== undefined);
        // The whole form is announced, which is the file and a little more.
        part = stream;
        file = take(stream, maximumBytes, announcedLength(request)).then((bytes) => ({ bytes, filename }));
        file.catch(fail);
      });
    });
    watchSkippedParts(form, () => fail(notAField()));
    for (const limit of ['partsLimit', 'fieldsLimit'] as const) form.once(limit, () => fail(tooManyParts()));
    form.once('error', fail).once('finish', () => {
      Promise.resolve(file).then((whole) => resolve({ file: whole, fields }), reject);
    });
    request.raw
      .once('close', () => {
        // It may have come whole, and not be read yet.
        if (!request.raw.readableEnded) fail(new Error('The form ends early.'));
      })
      .pipe(form);
  });
}

/**
 * Tells of parts that the parser passes over because they are no fields: of a longer one it never finds the end, and nobody
 * would be answered. It has no event for them, but nobody reads them.
 */
function watchSkippedParts(form: object, skipped: () => void): void {
  const { parser } = (form as { _parser: { parser: Dicer } })._parser;
  parser.on('part', (part) => {
    // The parser's own listener comes before.
    part.on('header', () => {
      if (part.listenerCount('data') === 0) skipped();
    });
  });
}

/** @throws InvalidRequestError unless it is the file, and the only one */
function checkFile(name: string, isSecond: boolean): void {
  if (name !== 'file') throw new InvalidRequestError("Send the recording in the form field 'file', and no other file.", 'file');
  if (isSecond) throw new InvalidRequestError("Send one 'file' in a request, not several.", 'file');
}

function addField(fields: Map<string, string[]>, name: string, value: string, isCut: boolean): void {
  if (isCut) throw new InvalidRequestError('A form field is longer than 256 KiB. Shorten it.');
  const key = name.endsWith('[]') ? name.slice(0, -2) : name;
  fields.set(key, [...(fields.get(key) ?? []), value]);
}

function notEmpty<Taken extends Bytes>(file: UploadedFile<Taken> | undefined, fields: ReadonlyMap<string, unknown>): UploadedFile<Taken> {
  if (file !== undefined && sizeOf(file.bytes) > 0) return file;
  if (file !== undefined) throw new InvalidRequestError("The 'file' is empty.", 'file', { reason: 'empty_file' });
  const why = fields.has('file')
    ? "'file' came as a text field: send it as a file, with a file name."
    : "Missing required parameter: 'file'.";
  throw new InvalidRequestError(why, 'file', { reason: 'missing_required_parameter' });
}

/** The parser's own errors in words a caller can use. */
function readable(error: unknown, request: FastifyRequest): unknown {
  if (error instanceof ParlanceError || error instanceof HttpException) return error;
  if (request.raw.destroyed && !request.raw.readableEnded) return new AbortedError(error);
  return new InvalidRequestError('The body is not valid multipart/form-data: it ends early, or its boundary is not the announced one.');
}

function notAField(): InvalidRequestError {
  return new InvalidRequestError("Each part of the form needs the header 'Content-Disposition: form-data' with the name of its field.");
}

function tooManyParts(): InvalidRequestError {
  return new InvalidRequestError('The form has too many parts: send one file and at most 100 fields.');
}
