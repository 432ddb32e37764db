import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** What a broken server does with a connection, once the bytes asked for begin to come. */
export type Sabotage = (socket: Socket, request: string) => void;

/** A server that speaks HTTP only as far as it is told to. */
export class Saboteur {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(sabotage: Sabotage): Promise<Saboteur> {
    const server = createServer();
    const saboteur = new Saboteur(server);
    server.on('connection', (socket) => {
      saboteur.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => saboteur.sockets.delete(socket));
      socket.on('data', (data) => {
        if (/^[A-Z]+ \//.test(data.toString('latin1'))) sabotage(socket, data.toString('latin1'));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return saboteur;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }
}
