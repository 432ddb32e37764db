import type { ProviderSettings } from './voice-settings.js';

/** The names of the accounts that can be asked, by what they can do. */
export interface KnownProviders {
  speech: readonly string[];
  transcription: readonly string[];
}

/** With one of the two sections alone, a provider is for that. */
export function speaks({ tts_config: speech, stt_config: transcription }: ProviderSettings): boolean {
  return speech?.enabled ?? transcription === undefined;
}

export function hears({ tts_config: speech, stt_config: transcription }: ProviderSettings): boolean {
  return transcription?.enabled ?? speech === undefined;
}

/**
 * Those that do it for the agent and are there, by priority. A plan knows providers by name: `twice` are the names of
 * which a later one was left out.
 * @param known absent: all are there
 */
export function usableProviders(
  providers: readonly ProviderSettings[],
  operation: keyof KnownProviders,
  known?: KnownProviders,
): { providers: ProviderSettings[]; twice: string[] } {
  const does = operation === 'speech' ? speaks : hears;
  const wanted = providers
    .filter((provider) => does(provider) && (known?.[operation].includes(provider.provider) ?? true))
    .toSorted((left, right) => left.priority - right.priority);
  const isFirst = ({ provider }: ProviderSettings, index: number) => wanted.findIndex((other) => other.provider === provider) === index;
  return {
    providers: wanted.filter((one, index) => isFirst(one, index)),
    twice: wanted.filter((one, index) => !isFirst(one, index)).map(({ provider }) => provider),
  };
}
