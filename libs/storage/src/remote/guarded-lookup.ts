import type { LookupAddress } from 'node:dns';
import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { isPublicAddress } from './public-address.js';
import { failed, notPublic } from './remote-error.js';

/** How names become addresses. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (host) => (await systemLookup(host, { all: true })).map(({ address }) => address);

/**
 * For connecting: the addresses that were judged are the ones that are connected to, so that a name cannot mean
 * something else a moment later. One address that is not public spoils the name.
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
    throw isPassing(error) ? failed(new Error('EAI_AGAIN')) : notPublic();
  });
  if (!anywhere && !addresses.every((address) => isPublicAddress(address))) throw notPublic();
  const [first, ...others] = addresses.map((address) => ({ address, family: isIP(address) }));
  if (first === undefined) throw notPublic();
  return [first, ...others];
}

/** The resolver did not answer; the name may well be there. */
function isPassing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAI_AGAIN';
}
