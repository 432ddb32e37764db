import type { TranscriptionRequest, Warning } from '@parlance/contracts';

/** A warning for every setting that was asked for and that the vendor does not have. */
export function ignoredTranscription(
  provider: string,
  request: TranscriptionRequest,
  settings: readonly ('prompt' | 'temperature')[],
): Warning[] {
  return settings
    .filter((setting) => request[setting] !== undefined)
    .map((setting) => ({
      code: 'unsupported_option',
      param: setting,
      message: `${provider} has no '${setting}' setting: it was left out.`,
    }));
}
