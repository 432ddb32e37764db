import { once } from 'node:events';
import { connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { eventually } from '../../conformance/check.js';

/** A TCP client that keeps what it hears, and how it ended. */
export class PlainClient {
  readonly socket: Socket;
  heard = Buffer.alloc(0);
  end: string | undefined;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (bytes: Buffer) => (this.heard = Buffer.concat([this.heard, bytes])));
    this.socket.on('error', (error: NodeJS.ErrnoException) => (this.end = error.code));
    this.socket.on('end', () => (this.end ??= 'end'));
  }

  /** All that was heard, one character a byte, as soon as it is so many bytes. */
  async hears(bytes: number): Promise<string> {
    await eventually(async () => this.heard.length >= bytes, `${bytes} bytes were not heard.`);
    return this.heard.toString('latin1');
  }

  /** `end`, or the code of the error. */
  async ends(): Promise<string | undefined> {
    await eventually(async () => this.end !== undefined, 'It does not end.');
    return this.end;
  }
}

/** The free port it listens at, on 127.0.0.1. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
