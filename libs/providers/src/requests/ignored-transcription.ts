import type { TranscriptionRequest, Warning } from '@parlance/contracts';

type Setting = 'prompt' | 'temperature' | 'punctuation' | 'profanityFilter';

/** What every vendor does by itself: punctuate, and leave in what was said. */
const usual: Readonly<Partial<Record<Setting, unknown>>> = { punctuation: true, profanityFilter: false };

/** A warning for every setting that was asked for and that the vendor does not have. */
export function ignoredTranscription(provider: string, request: TranscriptionRequest, settings: readonly Setting[]): Warning[] {
  return settings
    .filter((setting) => request[setting] !== undefined && request[setting] !== usual[setting])
    .map((setting) => ({
      code: 'unsupported_option',
      param: setting,
      message: `${provider} has no '${setting}' setting: it was left out.`,
    }));
}
