import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { eventually, freePort } from '@parlance/testing';

const path = (from: string) => fileURLToPath(new URL(from, import.meta.url));
const ENTRY = path('../../../../dist/apps/gateway/src/main.js');
const PROBE = path('./gateway-probe.mjs');
const READY_MILLISECONDS = 120_000;
const OUTPUT_LINES = 2000;
/** What a gateway that is well never writes, whatever its callers and vendors do. */
const ALARMING = /unhandled|uncaught|unforeseen|went wrong|MaxListeners|DeprecationWarning|^\s+at .*:\d+:\d+\)?$/i;

/** A process with nothing under way, after its garbage was collected. */
export interface Measure {
  /** Bytes. */
  heapUsed: number;
  external: number;
  arrayBuffers: number;
  resident: number;
  /** Objects that are held, by class; none where they were not counted. */
  objects: Record<string, number>;
  /** Open files of the process, and of them sockets. Absent where there is no /proc. */
  descriptors?: number;
  sockets?: number;
  threads?: number;
}

/** The gateway as it is built, in a process that can be looked into. It dies with this one. */
export class WatchedGateway {
  private readonly lines: string[] = [];
  private readonly ended: Promise<number | null>;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
  ) {
    this.ended = once(child, 'close').then(([code]) => code as number | null);
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text: string) => this.note(text));
  }

  /**
   * Resolves when it is ready.
   * @param directory where it runs
   * @param environment all that it knows, besides a free port of 127.0.0.1
   */
  static async start(directory: string, environment: Readonly<Record<string, string>>): Promise<WatchedGateway> {
    const port = await freePort();
    const child = fork(ENTRY, [], {
      cwd: directory,
      env: { PATH: process.env['PATH'] ?? '', PORT: String(port), ...environment },
      execArgv: ['--expose-gc', '--import', PROBE],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const gateway = new WatchedGateway(`http://127.0.0.1:${port}`, child);
    const isReady = async () => !gateway.isRunning || (await fetch(`${gateway.url}/health/ready`).catch(() => undefined))?.ok === true;
    await eventually(isReady, 'The gateway is not ready.', READY_MILLISECONDS).catch(() => gateway.kill());
    if (!gateway.isRunning) throw new Error(`The gateway does not start: ${gateway.lines.join('\n')}`);
    return gateway;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Lines of its log that nobody should see. */
  get alarms(): string[] {
    return this.lines.filter((line, index) => ALARMING.test(line) || ALARMING.test(this.lines[index + 1] ?? ''));
  }

  /** @param counted whether objects are to be counted, which takes a while */
  async measure(counted: boolean): Promise<Measure> {
    const answered = once(this.child, 'message');
    this.child.send(counted ? 'count' : 'measure');
    const [inside] = (await Promise.race([answered, this.gone()])) as [Pick<Measure, 'heapUsed' | 'external' | 'arrayBuffers' | 'objects'>];
    return { ...inside, ...(await measureOutside(this.child.pid!)) };
  }

  /** As an orchestrator does it. @returns its exit code */
  async stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  private async gone(): Promise<never> {
    const code = await this.ended;
    throw new Error(`The gateway has ended (${code}): ${this.lines.slice(-20).join('\n')}`);
  }

  private note(text: string): void {
    this.lines.push(...text.split('\n').filter((line) => line !== ''));
    // Alarms stay.
    if (this.lines.length > OUTPUT_LINES) this.lines.splice(0, OUTPUT_LINES / 2, ...this.alarms.slice(-OUTPUT_LINES / 4));
  }
}

async function measureOutside(pid: number): Promise<Pick<Measure, 'resident' | 'descriptors' | 'sockets' | 'threads'>> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? Number.NaN);
  const names = await readdir(`/proc/${pid}/fd`).catch(() => undefined);
  if (names === undefined) return { resident: Number.NaN };
  const targets = await Promise.all(names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  const open = targets.filter((target) => target !== '');
  return {
    resident: number('VmRSS') * 1024,
    descriptors: open.length,
    sockets: open.filter((target) => target.startsWith('socket:')).length,
    threads: number('Threads'),
  };
}
