import { definitionOf, type ProviderAccount } from './accounts.js';
import { createProvider } from './create-provider.js';
import { ConnectionPools } from './http/connection-pools.js';

/** What an account can be asked for. */
export interface Abilities {
  speech: boolean;
  transcription: boolean;
}

/**
 * What an account can be asked for; nothing is started, and nobody is asked.
 * @throws InvalidRequestError as making its provider would
 */
export function abilitiesOf(account: ProviderAccount): Abilities {
  // The embedded engines do both, and looking for their programs takes time.
  if (definitionOf(account.provider).builtIn === true) return { speech: true, transcription: true };
  const { speech, transcription } = createProvider(account, new ConnectionPools(), {});
  return { speech: speech !== undefined, transcription: transcription !== undefined };
}
