import { join } from 'node:path';

export interface CephPlace {
  directory: string;
  /** UUID of the cluster. */
  clusterId: string;
  monitorPort: number;
  gatewayPort: number;
}

/**
 * `ceph.conf` of one monitor, one disk in memory and one gateway, which trust nobody without a key. Everything that
 * makes a real cluster wait for others is turned off.
 */
export function cephConfiguration({ directory, clusterId, monitorPort, gatewayPort }: CephPlace): string {
  const path = (name: string) => join(directory, name);
  return `[global]
fsid = ${clusterId}
mon host = v2:127.0.0.1:${monitorPort}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${path('keyring')}
auth allow insecure global id reclaim = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon allow pool size one = true
paxos propose interval = 0.05
paxos min wait = 0.01
mon tick interval = 1
osd mon report interval = 1
mon warn on pool no redundancy = false
mon max pg per osd = 1000
osd crush chooseleaf type = 0
log file = ${path('$name.log')}
run dir = ${directory}
admin socket = ${path('$name.asok')}
ms bind ipv4 = true
[mon]
mon data = ${path('mon')}
mon cluster log file = ${path('cluster.log')}
mon data avail crit = 1
mon data avail warn = 2
[osd]
osd data = ${path('osd')}
osd objectstore = memstore
memstore device bytes = 2147483648
osd max object name len = 460
osd max object namespace len = 64
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw dns name = 127.0.0.1
rgw enable usage log = false
rgw run sync thread = false
rgw thread pool size = 64
`;
}

/** Who may do what: the monitor, the administrator, the gateway and the disk. */
export const CEPH_KEYS: readonly (readonly string[])[] = [
  ['-n', 'mon.', '--cap', 'mon', 'allow *'],
  ['-n', 'client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'],
  ['-n', 'client.rgw', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *'],
  ['-n', 'osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
];
