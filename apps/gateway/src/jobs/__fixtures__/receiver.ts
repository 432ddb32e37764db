import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Takes webhooks, and answers as it is told to. */
export class Receiver {
  readonly received: Received[] = [];
  /** Statuses of the next answers; then 204. `hang` gives none. */
  readonly answers: (number | 'hang')[] = [];

  private constructor(
    readonly url: string,
    private readonly server: Server,
  ) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new Receiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
    server.on('request', (request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        receiver.received.push({ path: request.url ?? '', headers: request.headers, body });
        const answer = receiver.answers.shift() ?? 204;
        if (answer === 'hang') return;
        response.writeHead(answer, answer >= 300 && answer < 400 ? { location: `${receiver.url}/elsewhere` } : {}).end();
      });
    });
    return receiver;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
