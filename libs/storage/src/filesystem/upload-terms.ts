import type { PresignPutOptions } from '@parlance/contracts';

/** What a signed link for an upload says of the upload beside its key. */
export type UploadTerms = Omit<PresignPutOptions, 'expiresInSeconds'>;

/** As one word that a link can hold; `undefined` where nothing was agreed on. */
export function encodeTerms({ contentType, metadata, sizeBytes, maximumBytes }: UploadTerms): string | undefined {
  const json = JSON.stringify({ contentType, metadata, sizeBytes, maximumBytes });
  return json === '{}' ? undefined : Buffer.from(json).toString('base64url');
}

/** @param terms of a link whose signature was found good: nobody else can have written them */
export function decodeTerms(terms: string | undefined): UploadTerms {
  return terms === undefined ? {} : (JSON.parse(Buffer.from(terms, 'base64url').toString()) as UploadTerms);
}
