/** The name of the metadata that holds the name a file came with, percent-encoded as UTF-8. */
export const FILENAME = 'original-filename';

/**
 * The Content-Disposition header of an object: shown or heard where its link is opened, and saved under the name it
 * came with (RFC 6266: an ASCII name for old clients, the whole one for all others).
 */
export function contentDisposition(metadata: Readonly<Record<string, string>>): string {
  const name = originalFilename(metadata);
  if (name === undefined) return 'inline';
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/gu, '_');
  return plain === name ? `inline; filename="${plain}"` : `inline; filename="${plain}"; filename*=UTF-8''${encodeFilename(name)}`;
}

/** Any name as a value of metadata. */
export function encodeFilename(name: string): string {
  // These four stay as they are otherwise, and mean something in a header.
  return encodeURIComponent(name).replaceAll(/['()*]/g, (sign) => `%${sign.codePointAt(0)?.toString(16).toUpperCase()}`);
}

/** The name that an object came with; `undefined` where it has none, or others wrote something else there. */
export function originalFilename(metadata: Readonly<Record<string, string>>): string | undefined {
  const value = metadata[FILENAME];
  if (value === undefined || value === '') return undefined;
  try {
    return decodeURIComponent(value);
  } catch {
    return undefined;
  }
}
