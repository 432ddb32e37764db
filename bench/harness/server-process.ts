import { fork, type ChildProcess, type Serializable } from 'node:child_process';
import { once } from 'node:events';
import { basename } from 'node:path';

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** Of who serves: the process that was started, or one that it has started itself. */
    readonly pid: number,
  ) {}

  /** @param flags of Node's */
  static async start(
    file: URL,
    args: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
    flags: readonly string[] = [],
  ): Promise<ServerProcess> {
    const child = fork(file, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [...flags],
    });
    const ready = await messageOf<{ url: string; pid?: number }>(child, "before it was ready. Has 'npm run build' been run?");
    return new ServerProcess(child, ready.url, ready.pid ?? child.pid ?? 0);
  }

  async ask<Answer>(message: Serializable): Promise<Answer> {
    const answered = messageOf<Answer>(this.child, 'before it answered.');
    this.child.send(message);
    return answered;
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

async function messageOf<Message>(child: ChildProcess, tooEarly: string): Promise<Message> {
  const over = new AbortController();
  const { signal } = over;
  try {
    const [message] = (await Promise.race([
      once(child, 'message', { signal }),
      once(child, 'exit', { signal }).then(() => {
        throw new Error(
          `${child.spawnargs
            .slice(1)
            .map((argument) => basename(argument))
            .join(' ')} ended ${tooEarly}`,
        );
      }),
    ])) as [Message];
    return message;
  } finally {
    over.abort();
  }
}
