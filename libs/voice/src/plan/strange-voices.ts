import type { SpeechProvider } from '@parlance/contracts';
import type { VoiceAliases } from '../voice.module-definition.js';

/** In a sentence each: the voices that names are said to mean for an account which has no such voice. */
export function strangeVoices(providers: readonly Pick<SpeechProvider, 'name' | 'capabilities'>[], aliases: VoiceAliases): string[] {
  return providers.flatMap(({ name, capabilities: { voices, anyVoice } }) =>
    anyVoice === true
      ? []
      : Object.entries(aliases).flatMap(([alias, means]) =>
          voicesOf(means[name])
            .filter((voice) => !voices.some(({ id }) => id === voice))
            .map((voice) => `${alias} is to be the voice ${voice} of ${name}, which has none of that name and speaks it with another.`),
        ),
  );
}

function voicesOf(mapping: VoiceAliases[string][string] | undefined): string[] {
  if (mapping === undefined) return [];
  return typeof mapping === 'string' ? [mapping] : [...new Set(Object.values(mapping))];
}
