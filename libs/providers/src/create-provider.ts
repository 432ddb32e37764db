import 'reflect-metadata';
import { InvalidRequestError } from '@parlance/contracts';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { definitionOf, type ProviderAccount } from './accounts.js';
import { ConnectionPools } from './http/connection-pools.js';
import { HttpClient, type TimeLimits } from './http/http-client.js';
import type { Provider } from './provider.js';

/**
 * Makes a provider of an account.
 * @throws InvalidRequestError that lists every option that is wrong, and no value
 */
export function createProvider({ name, provider, options }: ProviderAccount, pools: ConnectionPools, limits: TimeLimits): Provider {
  const definition = definitionOf(provider);
  const checked = plainToInstance(definition.options, options, { enableImplicitConversion: true, exposeDefaultValues: true });
  const problems = validateSync(checked, { whitelist: true, forbidNonWhitelisted: true }).flatMap(({ property, constraints }) =>
    Object.values(constraints ?? {}).map((problem) => `${property}: ${problem}`),
  );
  if (problems.length > 0) throw new InvalidRequestError(`The provider account '${name}' cannot be used: ${problems.join('; ')}.`);
  return definition.create(checked, { name, http: new HttpClient(name, pools, limits) });
}
