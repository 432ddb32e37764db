import type { TranscriptionCapabilities, TranscriptionRequest, Warning } from '@parlance/contracts';
import type { TranscriptionCandidate } from './plan.types.js';

type Asked = Pick<TranscriptionRequest, 'prompt' | 'temperature' | 'punctuation' | 'profanityFilter' | 'words' | 'options'>;

/** The wishes that a provider can follow, with a warning for each other one that it does not meet anyway. */
export function fitWishes(
  { prompt, temperature = 0, punctuation, profanityFilter, words, options }: Asked,
  capabilities: TranscriptionCapabilities,
): { wishes: NonNullable<TranscriptionCandidate['wishes']>; warnings: Warning[] } {
  const ignored = [
    ...(prompt !== undefined && !capabilities.prompt ? ['prompt'] : []),
    ...(temperature !== 0 && capabilities.temperature !== true ? ['temperature'] : []),
    ...(punctuation === false && capabilities.punctuation !== true ? ['punctuation'] : []),
    ...(profanityFilter === true && capabilities.profanityFilter !== true ? ['profanityFilter'] : []),
    ...(words === true && capabilities.timings !== 'word' ? ['words'] : []),
  ];
  return {
    wishes: {
      ...(punctuation !== undefined && capabilities.punctuation === true && { punctuation }),
      ...(profanityFilter !== undefined && capabilities.profanityFilter === true && { profanityFilter }),
      ...(words !== undefined && { words }),
      ...(options !== undefined && { options }),
    },
    warnings: ignored.map((param) => ({
      code: 'unsupported_option',
      param,
      message: `The provider has no '${param}' setting: it was left out.`,
    })),
  };
}
