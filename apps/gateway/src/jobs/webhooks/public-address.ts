import { BlockList, isIP } from 'node:net';

/** Networks of version 4 that are nobody's on the internet: private, of this host or link, shared, reserved, for tests, multicast. */
const PRIVATE_NETWORKS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of 2000::/3, which is all of version 6 that is on the internet: for documentation, and ways around to version 4. */
const SPECIAL_NETWORKS: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateVersion4 = new BlockList();
for (const [network, bits] of PRIVATE_NETWORKS) privateVersion4.addSubnet(network, bits, 'ipv4');
const publicVersion6 = new BlockList();
publicVersion6.addSubnet('2000::', 3, 'ipv6');
const specialVersion6 = new BlockList();
for (const [network, bits] of SPECIAL_NETWORKS) specialVersion6.addSubnet(network, bits, 'ipv6');

/** Whether an IP address is one of the internet. What is no IP address is none. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateVersion4.check(address, 'ipv4');
    case 6:
      return publicVersion6.check(address, 'ipv6') && !specialVersion6.check(address, 'ipv6');
    default:
      return false;
  }
}
