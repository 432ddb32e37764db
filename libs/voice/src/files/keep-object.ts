import { ParlanceError, type ObjectStore, type PutOptions, type StoredObject } from '@parlance/contracts';
import { inSpan } from '../observation/spans.js';

/** An object that is to be stored, named by its bytes. */
export interface NewObject extends PutOptions {
  key: string;
  bytes: Uint8Array;
}

/** What is there already under the same name is the same: it is not written again. */
export async function keepObject(objects: ObjectStore, { key, bytes, ...options }: NewObject, signal: AbortSignal): Promise<StoredObject> {
  return inSpan('storage put', { 'parlance.bytes': bytes.byteLength }, async () => {
    const there = await objects.stat(key, signal).catch(asNotThere);
    return there?.sizeBytes === bytes.byteLength ? there : objects.put(key, bytes, options, signal);
  });
}

/** What somebody else has cut off is mended by being written again: the store is well, and is not to be taken for away. */
function asNotThere(error: unknown): undefined {
  if (!(error instanceof ParlanceError) || error.reason !== 'object_damaged') throw error;
}
