import type { FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { refuseOnSocket } from './refuse-on-socket.js';

/**
 * Cuts off a client whose body stops coming. What has come and was not read yet is no fault of the client.
 * @param milliseconds that may pass without a byte
 * @returns what ends it
 */
export function watchBody({ raw: request }: FastifyRequest, response: ServerResponse, milliseconds: number): () => void {
  const { socket, headers } = request;
  if (headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0) return () => undefined;
  let before = socket.bytesRead;
  const timer = setInterval(() => {
    if (request.complete || socket.destroyed) return clearInterval(timer);
    const isStalled = socket.bytesRead === before && request.readableLength === 0;
    before = socket.bytesRead;
    if (!isStalled) return;
    clearInterval(timer);
    if (response.headersSent) socket.destroy();
    else refuseOnSocket(socket, '408 Request Timeout', 'The request came in too slowly.');
  }, milliseconds).unref();
  return () => clearInterval(timer);
}
