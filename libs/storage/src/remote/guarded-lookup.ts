import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './public-address.js';

/** In the place of a resolver's code. */
const PRIVATE = 'EPRIVATE';

/** How names become addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address);

/** A name that nobody has, or that leads inside. Which of them it is, `code` tells operators: it is no business of callers. */
export class NotPublicError extends Error {
  constructor(readonly code: string) {
    super('The name leads to no public address.');
  }
}

/**
 * For connecting: the addresses that were judged are the ones that are connected to, so that a name cannot mean
 * something else a moment later. One address that is not public spoils the name. It fails with a {@link NotPublicError},
 * or with what the resolver says while that does not answer.
 * @param anywhere whether any address will do
 */
export function guardedLookup(resolve: Resolve, anywhere: boolean): LookupFunction {
  const addressesOf = callbackify((host: string) => publicAddresses(host, resolve, anywhere));
  return (host, options, callback) =>
    addressesOf(host, (error: Error | null, addresses) => {
      if (error !== null) callback(error, []);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0].address, addresses[0].family);
    });
}

async function publicAddresses(host: string, resolve: Resolve, anywhere: boolean): Promise<[LookupAddress, ...LookupAddress[]]> {
  const addresses = await resolve(host).catch((error: unknown) => {
    const code = codeOf(error);
    // The resolver did not answer; the name may well be there.
    throw code === 'EAI_AGAIN' ? error : new NotPublicError(code);
  });
  const [first, ...others] = addresses.map((address) => ({ address, family: isIP(address) }));
  if (first === undefined || !(anywhere || addresses.every((address) => isPublicAddress(address)))) throw new NotPublicError(PRIVATE);
  return [first, ...others];
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : PRIVATE;
}
