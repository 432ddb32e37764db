import { ParlanceError } from '@parlance/contracts';
import type { Client } from 'minio';
import { codeOf } from './s3-error.js';
import { reasonOf } from './s3-refusal.js';

/**
 * Makes the bucket when it is missing.
 * @throws ParlanceError `permission` when it belongs to somebody else, or may not be made; the client's error otherwise
 */
export async function ensureBucket(client: Client, bucket: string, region = 'us-east-1'): Promise<void> {
  try {
    if (await isThere(client, bucket)) return;
    await client.makeBucket(bucket, region);
  } catch (error) {
    const code = codeOf(error);
    // Another process was faster.
    if (code === 'BucketAlreadyOwnedByYou') return;
    if (code === 'BucketAlreadyExists') throw refused('The bucket belongs to somebody else. Set another one (S3_BUCKET).');
    if (code === 'AccessDenied') {
      throw refused(
        'The keys of the object store may not use the bucket, or it is missing and they may not make it. Make it, or give them the right.',
      );
    }
    throw error;
  }
}

async function isThere(client: Client, bucket: string): Promise<boolean> {
  try {
    return await client.bucketExists(bucket);
  } catch (error) {
    throw await reasonOf(error, client, bucket);
  }
}

function refused(message: string): ParlanceError {
  return new ParlanceError('permission', message, { reason: 's3_refused' });
}
