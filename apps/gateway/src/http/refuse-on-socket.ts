import type { Socket } from 'node:net';
import { errorBody } from './error-reply.js';

/** Answers a client that no route can answer any more, and ends its connection. @param status such as `400 Bad Request` */
export function refuseOnSocket(socket: Socket, status: string, message: string): void {
  const body = JSON.stringify(errorBody(Number.parseInt(status, 10), message));
  const headers = ['Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  socket.end(`HTTP/1.1 ${status}\r\n${headers.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
