import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

const waiting = new WeakMap<Socket, Set<ServerResponse>>();

/**
 * Tells an answer that its connection is gone, also one that waits behind others on it. Node 20 tells only the first of
 * them: whatever waited for the others to close was kept for ever, and their vendors were not told that nobody listens.
 */
export function closeWithConnection(socket: Socket, response: ServerResponse): void {
  const all = waiting.get(socket) ?? answersOf(socket);
  all.add(response);
  response.once('close', () => all.delete(response));
}

function answersOf(socket: Socket): Set<ServerResponse> {
  const all = new Set<ServerResponse>();
  waiting.set(socket, all);
  socket.once('close', () => {
    // The one whose turn it is has the connection, and hears of it from Node.
    for (const response of all) if (response.socket === null && !response.closed) closeLost(response);
  });
  return all;
}

/** As Node 24 does it. */
function closeLost(response: ServerResponse): void {
  Object.assign(response, { destroyed: true, _closed: true });
  response.emit('close');
}
