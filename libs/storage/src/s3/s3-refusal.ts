import type { Client } from 'minio';
import { codeOf, RetryableStatus } from './s3-error.js';

/** What the client calls an answer of 403 without a body, and all others that it has no name for. */
const WITHOUT_A_WORD = ['AccessDenied', 'UNKNOWN'];

/**
 * Why a HEAD was refused. Its answer has no body: wrong keys, a wrong clock and a wrong region look like missing rights, or
 * like a server that is no object store. The answer to a GET says which it is.
 * @returns the refusal itself where no more is to be learnt
 */
export async function reasonOf(refusal: unknown, client: Client, bucket: string): Promise<unknown> {
  if (refusal instanceof RetryableStatus || !WITHOUT_A_WORD.includes(codeOf(refusal))) return refusal;
  try {
    await client.listObjectsV2Query(bucket, '', '', '', 1, '');
    return refusal;
  } catch (error) {
    return codeOf(error) === 'UNKNOWN' ? refusal : error;
  }
}
