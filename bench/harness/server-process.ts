import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(file: URL, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
    const child = fork(file, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
    });
    const [message] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => {
        throw new Error(`${file.pathname.split('/').at(-1)} ended before it was ready. Has 'npm run build' been run?`);
      }),
    ])) as [{ url: string }];
    return new ServerProcess(child, message.url);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  async ask<Answer>(message: string): Promise<Answer> {
    const answered = once(this.child, 'message');
    this.child.send(message);
    const [answer] = (await answered) as [Answer];
    return answer;
  }

  tell(message: string): void {
    this.child.send(message);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}
