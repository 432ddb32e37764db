import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Of cloud providers, for their own machines only, though the range they lie in is public. */
const METADATA = new Set(['168.63.129.16']);
/** The one block of IPv6 that public addresses are given out of: 2000::/3. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether everybody on the internet means the same machine by an address. False for loopback, private, link-local,
 * shared (CGNAT), multicast, unspecified, documentation and reserved ranges; for IPv4 inside of IPv6 in every form
 * (mapped, NAT64, 6to4, Teredo); for metadata services; and for what is no address.
 */
export function isPublicAddress(address: string): boolean {
  // The library reads octal and shortened forms too, which never come from a resolver.
  if (isIP(address) === 0 || METADATA.has(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(PUBLIC_IPV6);
}
