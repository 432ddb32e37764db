import { NotFoundError } from '@parlance/contracts';

/** A name that is no account's, or not of one for this work: it stands in `providers` of a request, and nowhere else. */
export function unknownProvider(name: string, known: readonly string[]): NotFoundError {
  return new NotFoundError('provider', name, known, { param: 'providers', reason: 'provider_not_found' });
}
