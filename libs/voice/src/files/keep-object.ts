import type { ObjectStore, PutOptions, StoredObject } from '@parlance/contracts';
import { inSpan } from '../observation/spans.js';

/** An object that is to be stored, named by its bytes. */
export interface NewObject extends PutOptions {
  key: string;
  bytes: Uint8Array;
}

/** What is there already under the same name is the same: it is not written again. */
export async function keepObject(objects: ObjectStore, { key, bytes, ...options }: NewObject, signal: AbortSignal): Promise<StoredObject> {
  return inSpan('storage put', { 'parlance.bytes': bytes.byteLength }, async () => {
    const there = await objects.stat(key, signal);
    return there?.sizeBytes === bytes.byteLength ? there : objects.put(key, bytes, options, signal);
  });
}
