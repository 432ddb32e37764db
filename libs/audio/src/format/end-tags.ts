import { hasAscii, viewOf } from './bytes.js';

const ID3V1 = 128;
const APE_BORDER = 32;
/** Some write one tag of each kind; more are no file of anybody's. */
const MOST_TAGS = 3;

/** The bytes without the ID3v1 and APE tags at their end; what is not a whole tag stays. */
export function withoutEndTags(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  for (let count = 0; count < MOST_TAGS; count++) end -= endTagLength(bytes.subarray(0, end));
  return bytes.subarray(0, end);
}

function endTagLength(bytes: Uint8Array): number {
  if (bytes.length >= ID3V1 && hasAscii(bytes, 'TAG', bytes.length - ID3V1)) return ID3V1;
  const footer = bytes.length - APE_BORDER;
  if (footer < 0 || !hasAscii(bytes, 'APETAGEX', footer)) return 0;
  const view = viewOf(bytes);
  // The footer counts, the header, if there is one, does not.
  const hasHeader = view.getUint32(footer + 20, true) >>> 31 === 1;
  const length = view.getUint32(footer + 12, true) + (hasHeader ? APE_BORDER : 0);
  return length >= APE_BORDER && length <= bytes.length ? length : 0;
}
