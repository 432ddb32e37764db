import { resolve } from 'node:path';
import { freePort, ServerProcess } from '@parlance/testing';
import { GatewayLog } from '../../e2e/support/gateway-log.js';
import { privateWords } from '../../e2e/support/private-words.js';
import { watchFetch } from '../../e2e/support/watch-fetch.js';

const ENTRY = resolve(__dirname, '../../../dist/apps/gateway/src/main.js');

/** The gateway as it is built, in a process of its own that can be killed. */
export class GatewayProcess {
  private constructor(
    readonly url: string,
    /** Everything that it has written, over all its starts. */
    readonly log: GatewayLog,
    private readonly process: ServerProcess,
  ) {}

  /**
   * Resolves when it is ready.
   * @param directory where it runs; removed when the test process dies
   * @param environment all that it knows, besides a free port of 127.0.0.1; when it is told to stop it refuses at once unless that says otherwise
   */
  static async start(directory: string, environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    watchFetch();
    privateWords.addSecretsOf(environment);
    const log = new GatewayLog();
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const gateway = new ServerProcess({
      program: process.execPath,
      args: [ENTRY],
      environment: {
        PATH: process.env['PATH'] ?? '',
        PORT: String(port),
        PARLANCE_LOG_LEVEL: 'debug',
        PARLANCE_STOP_DELAY_MILLISECONDS: '0',
        ...environment,
      },
      directory,
      onOutput: (piece) => log.add(piece),
      isReady: async () =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
    await gateway.start();
    return new GatewayProcess(url, log, gateway);
  }

  /** At once, as the system does when it has no memory left; waits until it is gone. @throws Error when its log gives something away */
  async kill(): Promise<void> {
    await this.process.kill();
    this.log.check();
  }

  /**
   * As an orchestrator does, with SIGTERM; waits until it is gone.
   * @returns its exit code; `undefined`: a signal ended it
   * @throws Error when its log gives something away
   */
  async stop(): Promise<number | undefined> {
    const code = await this.process.terminate();
    this.log.check();
    return code;
  }

  /** Waits until it has ended by itself. @returns its exit code @throws Error when its log gives something away */
  async ended(): Promise<number | undefined> {
    const code = await this.process.ended();
    this.log.check();
    return code;
  }

  /** On the same port, after its end. Resolves when it is ready. */
  restart(): Promise<void> {
    return this.process.start();
  }
}
