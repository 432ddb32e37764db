import { ParlanceError } from '@parlance/contracts';

/** What the log tells of a failure: its kind, and nothing that somebody has written. */
export function codeOf(error: unknown): string {
  if (!(error instanceof ParlanceError)) return 'an unforeseen failure';
  return error.reason === undefined ? error.code : `${error.code} (${error.reason})`;
}
