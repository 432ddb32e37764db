import { readAll, type Bytes } from '@parlance/contracts';

/** All of a recording as base64, for a vendor that takes JSON. */
export async function base64Of(bytes: Bytes): Promise<string> {
  const { buffer, byteOffset, byteLength } = await readAll(bytes);
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
