import { spawn, type ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { eventually } from '../conformance/check.js';

export interface ServerCommand {
  program: string;
  args: readonly string[];
  /** Default: that of the test process. */
  environment?: Readonly<Record<string, string>>;
  /** Removed when the test process dies without having stopped the server. */
  directory: string;
  /** Whether the server answers; asked again and again. */
  isReady: () => Promise<boolean>;
  /** Told of everything that it writes. */
  onOutput?: (piece: string) => void;
}

/**
 * Ends the server when the test process has died, however it died: the system then closes the pipe that this reads
 * from. Signals of the terminal go to the whole group and must not end the watchman first.
 */
const WATCHMAN = `trap '' INT TERM HUP; read -r word; [ "$word" = done ] && exit; kill -9 "$1"; rm -rf "$2"`;
const OUTPUT_CHARACTERS = 4000;

/** Whether every thread stands still. Systems without /proc are believed. */
async function isStopped(pid: number | undefined): Promise<boolean> {
  const tasks = `/proc/${pid}/task`;
  const threads = await readdir(tasks).catch(() => []);
  const states = await Promise.all(threads.map((thread) => readFile(`${tasks}/${thread}/stat`, 'utf8').catch(() => '')));
  return states.every((state) => state === '' || /^\d+ \(.*\) T/s.test(state));
}

/** A server as a child of the test process: never a daemon, and gone with the test. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private exited: Promise<void> = Promise.resolve();
  /** The end of what it has written. */
  output = '';

  constructor(private readonly command: ServerCommand) {}

  /**
   * Starts it, also again, and waits until it answers.
   * @throws Error with the end of its output when it ends instead
   */
  async start(): Promise<void> {
    const child = this.spawn();
    let ended = false;
    void this.exited.then(() => (ended = true));
    try {
      await eventually(async () => ended || (await this.command.isReady()), `${this.command.program} does not answer.`, 60_000);
    } catch (error) {
      await this.kill();
      throw error;
    }
    if (ended) throw new Error(`${this.command.program} ended (${child.exitCode ?? child.signalCode}): ${this.output}`);
  }

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** At once, also while it is paused. Waits until it is gone. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }

  /**
   * As an orchestrator does: with SIGTERM, and waits until it is gone.
   * @returns its exit code; `undefined` when it was ended by a signal, or has never run
   */
  async terminate(): Promise<number | undefined> {
    this.child?.kill('SIGTERM');
    return this.ended();
  }

  /** Waits until it is gone. @returns its exit code; `undefined` when it was ended by a signal, or has never run */
  async ended(): Promise<number | undefined> {
    await this.exited;
    return this.child?.exitCode ?? undefined;
  }

  /** Connections stay open and new ones are taken, but nothing is answered. */
  async pause(): Promise<void> {
    this.child?.kill('SIGSTOP');
    // The signal is on its way when this returns, and a program has many threads.
    await eventually(() => isStopped(this.pid), `${this.command.program} does not pause.`);
  }

  resume(): void {
    this.child?.kill('SIGCONT');
  }

  private spawn(): ChildProcess {
    const { program, args, directory, environment, onOutput } = this.command;
    this.output = '';
    const child = spawn(program, args, { cwd: directory, env: environment ?? process.env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (part: Buffer) => {
        const piece = part.toString();
        this.output = (this.output + piece).slice(-OUTPUT_CHARACTERS);
        onOutput?.(piece);
      });
    }
    const watchman = spawn('sh', ['-c', WATCHMAN, 'sh', String(child.pid), directory], { stdio: ['pipe', 'ignore', 'ignore'] });
    // It may be gone already, as everything is when the system ends the whole session.
    watchman.stdin.on('error', () => undefined);
    this.exited = new Promise<void>((resolve) => {
      child.once('error', (error) => {
        this.output += error.message;
        resolve();
      });
      child.once('close', () => resolve());
    }).then(() => void watchman.stdin.end('done\n'));
    this.child = child;
    return child;
  }
}
