import { InvalidRequestError } from '@parlance/contracts';
import { definitionOf, type ProviderAccount } from './accounts.js';
import { checkOptions } from './check-account.js';
import { ConnectionPools } from './http/connection-pools.js';
import { HttpClient, type TimeLimits } from './http/http-client.js';
import type { Provider } from './provider.js';

/**
 * Makes a provider of an account.
 * @throws InvalidRequestError that lists every option that is wrong, and no value
 */
export function createProvider(account: ProviderAccount, pools: ConnectionPools, limits: TimeLimits): Provider {
  const { name, provider } = account;
  const { checked, problems } = checkOptions(account);
  if (problems.length > 0) {
    const told = problems.map(({ option, problem }) => `${option} ${problem}`).join('; ');
    throw new InvalidRequestError(`The provider account '${name}' cannot be used: ${told}.`);
  }
  return definitionOf(provider).create(checked, { name, http: new HttpClient(name, pools, limits) });
}
