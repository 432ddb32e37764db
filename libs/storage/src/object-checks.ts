import { InvalidRequestError, ParlanceError, type ByteRange, type PresignPutOptions, type PutOptions } from '@parlance/contracts';

/** S3's own limit. */
const MAXIMUM_METADATA_BYTES = 2048;

/**
 * Content type and metadata end up in HTTP headers: nothing may be in them that breaks out of one.
 * @throws InvalidRequestError
 */
export function checkPutOptions({ contentType, metadata = {} }: PutOptions): void {
  if (!/^[\w.+-]+\/[\w.+-]+(?:;[ -~]*)?$/.test(contentType) || contentType.length > 255) {
    throw new InvalidRequestError('A content type looks like audio/ogg.', 'contentType');
  }
  const entries = Object.entries(metadata);
  if (!entries.every(([name, value]) => /^[a-z0-9-]{1,64}$/.test(name) && /^[ -~]*$/.test(value))) {
    throw new InvalidRequestError('Metadata has names of lower-case letters, digits and - and values of printable ASCII.', 'metadata');
  }
  if (entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0) > MAXIMUM_METADATA_BYTES) {
    throw new InvalidRequestError(`Metadata has at most ${MAXIMUM_METADATA_BYTES} characters altogether.`, 'metadata');
  }
}

/**
 * What a link for an upload may demand.
 * @throws InvalidRequestError
 */
export function checkUpload({ contentType, metadata = {}, sizeBytes, maximumBytes }: PresignPutOptions): void {
  checkPutOptions({ contentType: contentType ?? 'audio/ogg', metadata });
  if (contentType === undefined && Object.keys(metadata).length > 0) {
    throw new InvalidRequestError('An upload with metadata needs a content type, too.', 'contentType');
  }
  for (const [name, size] of Object.entries({ sizeBytes, maximumBytes })) {
    if (size !== undefined && !(Number.isSafeInteger(size) && size > 0)) {
      throw new InvalidRequestError('An upload has at least one byte, and a whole number of them.', name);
    }
  }
}

/**
 * The bytes a range means in an object of that size: `end` is exclusive here.
 * @throws ParlanceError `invalid`, with the reason `range_not_satisfiable` when the object has no such bytes
 */
export function resolveRange(range: ByteRange | undefined, sizeBytes: number): { start: number; end: number } {
  if (range === undefined) return { start: 0, end: sizeBytes };
  const { start, end = sizeBytes - 1 } = range;
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || (range.end !== undefined && end < start)) {
    throw new InvalidRequestError('A range has whole numbers, 0 <= start <= end.', 'range');
  }
  if (start >= sizeBytes) {
    throw new ParlanceError('invalid', `The object has ${sizeBytes} bytes: the range begins after its end.`, {
      param: 'range',
      reason: 'range_not_satisfiable',
    });
  }
  return { start, end: Math.min(end + 1, sizeBytes) };
}

const SHORTEST_SECONDS = 1;
const LONGEST_SECONDS = 7 * 24 * 60 * 60;

/**
 * How long a link may live: S3's own limits.
 * @throws InvalidRequestError
 */
export function checkLifetime(expiresInSeconds: number): void {
  if (Number.isInteger(expiresInSeconds) && expiresInSeconds >= SHORTEST_SECONDS && expiresInSeconds <= LONGEST_SECONDS) return;
  throw new InvalidRequestError(`A link lives ${SHORTEST_SECONDS}-${LONGEST_SECONDS} whole seconds.`, 'expiresInSeconds');
}
