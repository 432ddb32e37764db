import { abilitiesOf, type Abilities } from '@parlance/providers';
import type { ParlanceConfiguration } from './parlance-configuration.js';

/** The accounts that are asked where nothing else is said, by what they can do. */
export function defaultPlans({ providerAccounts }: ParlanceConfiguration): Record<keyof Abilities, string[]> {
  const able = providerAccounts.map((account) => ({ name: account.name, ...abilitiesOf(account) }));
  const namesOf = (ability: keyof Abilities) => able.filter((one) => one[ability]).map(({ name }) => name);
  return { speech: namesOf('speech'), transcription: namesOf('transcription') };
}
