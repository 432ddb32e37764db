import { ParlanceError } from '@parlance/contracts';
import type { PhraseName } from '../catalogue/phrases.js';

const BY_REASON: Readonly<Record<string, PhraseName>> = {
  voice_disabled: 'voice_off',
  too_many_turns: 'too_many',
  // It is the conversation that is too large, and no recording.
  thread_full: 'error',
};
const BY_CODE: Readonly<Partial<Record<ParlanceError['code'], PhraseName>>> = {
  no_speech: 'not_recognised',
  too_large: 'too_large',
  rate: 'too_many',
  quota: 'too_many',
};

/** What a person is told of a failure; the operator's log has the rest. */
export function phraseOfError(error: unknown): PhraseName {
  if (!(error instanceof ParlanceError)) return 'error';
  if (isAboutRecording(error)) return 'unreadable';
  return (error.reason === undefined ? undefined : BY_REASON[error.reason]) ?? BY_CODE[error.code] ?? 'error';
}

/** The recording itself is wrong, as voice and audio have it: to try again with the same one helps nobody. */
function isAboutRecording({ code, param }: ParlanceError): boolean {
  return param === 'file' && (code === 'invalid' || code === 'unsupported');
}
