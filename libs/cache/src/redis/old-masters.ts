import type { Redis } from 'ioredis';

/** What a sentinel tells when another server has become the master: its name, and address and port of the old and the new one. */
const SWITCHED = '+switch-master';

const watches = new WeakMap<object, readonly Redis[]>();

/**
 * Has a client leave its master when a sentinel tells of another one. The old master may well be alive, and is told only
 * after eight seconds and more: until then it takes whatever is written, and all of that is lost.
 * @param name the one that the sentinels know the master by
 * @param sentinels makes a connection to each of them; {@link stopLeaving} ends them
 */
export function leaveOldMasters(client: Redis, name: string, sentinels: () => readonly Redis[]): void {
  let master = '';
  const leave = () => {
    if (`${client.stream.remoteAddress} ${client.stream.remotePort}` !== master) client.disconnect(true);
  };
  const hear = (_channel: string, message: string) => {
    const [switched, , , ...address] = message.split(' ');
    if (switched !== name) return;
    master = address.join(' ');
    client.off('ready', leave);
    if (client.status === 'ready') leave();
    // The sentinel that it asks for the master may not know of the new one yet.
    else client.once('ready', leave);
  };
  client.once('connecting', () => {
    const watching = sentinels();
    watches.set(client, watching);
    for (const sentinel of watching) {
      sentinel.on('message', hear);
      sentinel.subscribe(SWITCHED).catch(() => undefined);
    }
  });
}

/** For a client that is closed. */
export function stopLeaving(client: object): void {
  for (const sentinel of watches.get(client) ?? []) sentinel.disconnect();
  watches.delete(client);
}
