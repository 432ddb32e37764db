import type { IncomingMessage } from 'node:http';
import { drain } from './request-body.js';

/** How long a client may go on to send after its answer, in milliseconds. */
export interface LingerTimes {
  total: number;
  /** Without a byte. */
  pause: number;
}

const TIMES: LingerTimes = { total: 30_000, pause: 5000 };

/**
 * After the last answer on a connection: reads on and throws away what is still to come of its request, within bounds. Node
 * closes the connection at once, and what comes unread resets it: who sends everything before it reads never saw its answer.
 */
export function closeAfterRequest(request: IncomingMessage, { total, pause }: LingerTimes = TIMES): void {
  const { socket } = request;
  if (!socket.writableEnded || socket.destroyed) return;
  // What Node closes it with, as soon as the answer is out.
  // oxlint-disable-next-line typescript/unbound-method -- it is told apart by being the same
  socket.off('finish', socket.destroy);
  const close = (): void => void socket.destroy();
  const timer = setTimeout(close, total).unref();
  socket.once('close', () => clearTimeout(timer)).setTimeout(pause, close);
  request.once('end', close);
  drain(request);
}
