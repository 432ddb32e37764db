import { PayloadTooLargeException } from '@nestjs/common';
import { AbortedError, InvalidRequestError } from '@parlance/contracts';
import type { FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';

/** How much of a refused upload is still read, so that the client gets round to reading the refusal. */
const DRAINED_BYTES = 268_435_456;
/** Beside the file, a form has its fields and borders. */
const FORM_OVERHEAD_BYTES = 1_048_576;

/** @throws PayloadTooLargeException when the announced length alone is too much. */
export function refuseAnnouncedLength(request: FastifyRequest, maximumBytes: number): void {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maximumBytes + FORM_OVERHEAD_BYTES) throw tooManyBytes(maximumBytes, `${announced} bytes sent`);
}

/** The whole of a stream, in one piece. @throws PayloadTooLargeException as soon as the limit is passed. */
export async function collect(stream: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    length += chunk.byteLength;
    if (length > maximumBytes) throw tooManyBytes(maximumBytes, `${length} bytes read`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/**
 * The body as it is, of a request that is no form.
 * @throws InvalidRequestError when it is empty; PayloadTooLargeException; AbortedError when the client leaves
 */
export async function readRawBody(request: FastifyRequest, maximumBytes: number): Promise<Uint8Array> {
  try {
    refuseAnnouncedLength(request, maximumBytes);
    // Left to itself the loop would destroy the connection, and the answer with it.
    const bytes = await collect(request.raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>, maximumBytes);
    if (bytes.byteLength === 0)
      throw new InvalidRequestError('The body is empty: send the recording in it.', 'file', { reason: 'empty_file' });
    return bytes;
  } catch (error) {
    drain(request.raw);
    if (request.raw.destroyed && !request.raw.complete) throw new AbortedError(error);
    throw error;
  }
}

/**
 * Reads on and throws away what is left of a refused body. A connection that is closed with unread bytes is reset,
 * and the client would never see why. What is more than the bound ends the connection.
 */
export function drain(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  request.unpipe();
  let left = DRAINED_BYTES;
  request.on('data', (chunk: Buffer) => {
    left -= chunk.byteLength;
    if (left < 0) request.destroy();
  });
  request.on('error', () => undefined);
  request.resume();
}

function tooManyBytes(maximumBytes: number, found: string): PayloadTooLargeException {
  return new PayloadTooLargeException(`Maximum content size limit (${maximumBytes}) exceeded (${found}). Send a smaller file.`);
}
