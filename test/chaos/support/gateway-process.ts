import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort, ServerProcess } from '@parlance/testing';

const ROOT = resolve(__dirname, '../../..');
const ENTRY = join(ROOT, 'dist/apps/gateway/src/main.js');

let built: Promise<unknown> | undefined;

/** The gateway as it is built, in a process of its own that can be killed. */
export class GatewayProcess {
  private constructor(
    readonly url: string,
    private readonly process: ServerProcess,
  ) {}

  /**
   * Resolves when it is ready.
   * @param directory where it runs; removed when the test process dies
   * @param environment all that it knows, besides a free port of 127.0.0.1
   */
  static async start(directory: string, environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    built ??= promisify(execFile)(process.execPath, [join(ROOT, 'scripts/build.mjs')]);
    await built;
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const gateway = new ServerProcess({
      program: process.execPath,
      args: [ENTRY],
      environment: { PATH: process.env['PATH'] ?? '', PORT: String(port), ...environment },
      directory,
      isReady: async () =>
        fetch(`${url}/health/ready`).then(
          ({ ok }) => ok,
          () => false,
        ),
    });
    await gateway.start();
    return new GatewayProcess(url, gateway);
  }

  /** The end of what it has written. */
  get output(): string {
    return this.process.output;
  }

  /** At once, as the system does when it has no memory left; waits until it is gone. */
  kill(): Promise<void> {
    return this.process.kill();
  }

  /** As an orchestrator does, with SIGTERM; waits until it is gone. @returns its exit code; `undefined`: a signal ended it */
  stop(): Promise<number | undefined> {
    return this.process.terminate();
  }

  /** On the same port, after its end. Resolves when it is ready. */
  restart(): Promise<void> {
    return this.process.start();
  }
}
