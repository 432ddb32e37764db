import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { ParlanceError, throwIfAborted } from '@parlance/contracts';

/** However long the recording may be: this is hundreds of times real time. */
const TIME_LIMIT_MILLISECONDS = 120_000;

/** How an ffmpeg ended. */
export interface FfmpegEnd {
  exitCode: number | undefined;
}

/** One run of ffmpeg: no shell, no terminal, none of our environment but the search paths. It never outlives its signal. */
export class FfmpegProcess {
  readonly ended: Promise<FfmpegEnd>;
  private readonly child: ChildProcessWithoutNullStreams;
  private stopped = false;
  private timedOut = false;

  constructor(
    program: string,
    parameters: readonly string[],
    private readonly signal: AbortSignal,
  ) {
    throwIfAborted(signal);
    const { PATH = '', LD_LIBRARY_PATH } = process.env;
    const env = { PATH, ...(LD_LIBRARY_PATH === undefined ? {} : { LD_LIBRARY_PATH }) };
    const child = spawn(program, ['-hide_banner', '-loglevel', 'error', '-nostdin', '-threads', '1', ...parameters], {
      env,
      windowsHide: true,
    });
    this.child = child;
    const kill = () => this.kill();
    const timer = setTimeout(() => {
      this.timedOut = true;
      this.kill();
    }, TIME_LIMIT_MILLISECONDS);
    signal.addEventListener('abort', kill, { once: true });
    // It may end before it has read everything; and what it complains of says nothing that its exit code does not.
    child.stdin.on('error', () => undefined);
    child.stderr.resume();
    this.ended = new Promise<FfmpegEnd>((resolve, reject) => {
      child.once('error', (cause) => reject(new ParlanceError('server', 'ffmpeg could not be started.', { cause })));
      child.once('close', (code) => resolve({ exitCode: code ?? undefined }));
    }).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', kill);
    });
    this.ended.catch(() => undefined);
  }

  /** Writes and waits until it has room for more. */
  async write(bytes: Uint8Array): Promise<void> {
    if (!this.child.stdin.writable || this.child.stdin.write(bytes)) return;
    await Promise.race([once(this.child.stdin, 'drain').catch(() => undefined), this.ended]);
  }

  endInput(): void {
    this.child.stdin.end();
  }

  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.child.stdout.on('data', listener);
  }

  /** Ends it without an answer; may be called again. */
  kill(): void {
    this.stopped = true;
    this.child.kill('SIGKILL');
  }

  /**
   * Waits for its end.
   * @throws AbortedError, ParlanceError `timeout`; `undefined` as exit code means that it was stopped by us
   */
  async end(): Promise<FfmpegEnd> {
    const end = await this.ended;
    throwIfAborted(this.signal);
    if (this.timedOut)
      throw new ParlanceError('timeout', `ffmpeg took longer than ${TIME_LIMIT_MILLISECONDS / 1000} seconds: send a shorter recording.`);
    return this.stopped ? { exitCode: undefined } : end;
  }
}
