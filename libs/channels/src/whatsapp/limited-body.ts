import { TooLargeError } from '@parlance/contracts';

/**
 * All bytes of a body, which is left as soon as it is too long.
 * @throws TooLargeError
 */
export async function readLimited(body: AsyncIterable<Uint8Array>, maximumBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.byteLength;
    if (length > maximumBytes) throw tooLarge(maximumBytes);
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}

export function tooLarge(maximumBytes: number): TooLargeError {
  return new TooLargeError(`The recording has more than ${maximumBytes} bytes. Send a shorter one.`);
}
