import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ParlanceConfiguration } from '@parlance/configuration';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { whatFailed } from '../logging/what-failed.js';
import { Metrics } from './metrics.service.js';

/** Whoever reads metrics is quick; a connection that is not is closed. */
const REQUEST_MILLISECONDS = 30_000;

/** `GET /metrics` on a port of its own, for whoever reaches it: keep that port inside. */
@Injectable()
export class MetricsServer implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Metrics');
  private server: Server | undefined;

  constructor(
    private readonly metrics: Metrics,
    private readonly configuration: ParlanceConfiguration,
  ) {}

  /** The port that is listened on; `undefined`: none, metrics are on the main port. */
  get port(): number | undefined {
    return (this.server?.address() as AddressInfo | null | undefined)?.port;
  }

  /** @throws the system's error when the port is taken */
  async onApplicationBootstrap(): Promise<void> {
    const { host, metricsPort } = this.configuration;
    if (metricsPort === undefined) return;
    const server = createServer({ requestTimeout: REQUEST_MILLISECONDS }, (request, response) => void this.answer(request, response));
    this.server = server;
    server.listen(metricsPort, host);
    await once(server, 'listening');
    this.logger.log(`Metrics are on port ${this.port}.`);
  }

  async onModuleDestroy(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined || !server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  private async answer({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const isMetrics = url.split('?', 1)[0] === '/metrics';
    if (!isMetrics || (method !== 'GET' && method !== 'HEAD')) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is only GET /metrics here.\n');
      return;
    }
    try {
      const text = await this.metrics.text();
      response.writeHead(200, { 'content-type': this.metrics.contentType }).end(method === 'HEAD' ? undefined : text);
    } catch (error) {
      this.logger.error(`The metrics could not be read: ${whatFailed(error)}`);
      response.writeHead(500).end();
    }
  }
}
