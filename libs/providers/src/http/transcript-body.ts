import { normaliseLanguage, ParlanceError, type LanguageTag } from '@parlance/contracts';
import { timeField } from './json-fields.js';

/** What was heard, as most vendors have it in `text`; of silence that is empty. @throws ParlanceError `server` when it is missing */
export function expectText({ text }: Record<string, unknown>, provider: string): string {
  if (typeof text !== 'string') throw noTranscript(provider);
  return text.trim();
}

/** An error that came with 200, or the receipt for what goes elsewhere: neither is silence. */
export function noTranscript(provider: string): ParlanceError {
  return new ParlanceError('server', `${provider} answered without a transcript.`, { provider });
}

/** `start` and `end` of a word or a segment, in seconds. One without them is of no use to those who ask for times. */
export function timesOf(value: unknown): { start: number; end: number } | undefined {
  const [start, end] = [timeField(value, 'start'), timeField(value, 'end')];
  return start === undefined || end === undefined ? undefined : { start, end };
}

/** The language that a vendor tells (`eng` -> `en`, `en_us` -> `en-US`); nothing for what is no tag, which is no reason to lose the words. */
export function languageOf(tag: string | undefined): LanguageTag | undefined {
  try {
    return tag === undefined ? undefined : normaliseLanguage(tag);
  } catch {
    return undefined;
  }
}
