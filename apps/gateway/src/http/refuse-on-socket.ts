import type { Socket } from 'node:net';
import { errorBody } from './error-reply.js';
import { newRequestId } from './request-id.js';
import { ALWAYS, NOTHING } from './security-headers.js';

/** Answers a client that no route can answer any more, and ends its connection. @param status such as `400 Bad Request` */
export function refuseOnSocket(socket: Socket, status: string, message: string): void {
  const body = JSON.stringify(errorBody(Number.parseInt(status, 10), message));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    'x-request-id': newRequestId(),
    ...ALWAYS,
    'content-security-policy': NOTHING,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
}
