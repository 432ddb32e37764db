import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { until } from './fleet.js';

const program = resolve('dist/apps/gateway/src/main.js');

/** The gateway as it is built, in a process of its own that can be killed. */
export class GatewayProcess {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {}

  static async start(environment: Readonly<Record<string, string>>): Promise<GatewayProcess> {
    const child = spawn(process.execPath, [program], {
      env: { PATH: process.env['PATH'], PORT: '0', ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const url = new Promise<string>((found, fail) => {
      const read = (part: Buffer) => {
        output += part.toString();
        const [, address] = /listens on (http:\/\/\S+)/.exec(output) ?? [];
        if (address !== undefined) found(address);
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('close', () => fail(new Error(`The gateway ended: ${output}`)));
    });
    const address = await url;
    await until(async () => (await fetch(`${address}/health/ready`)).ok);
    return new GatewayProcess(address, child);
  }

  /** At once, and waits until it is gone. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As an orchestrator does. */
  async stop(): Promise<void> {
    await this.end('SIGTERM');
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'close');
    this.child.kill(signal);
    await ended;
  }
}
