import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { entryOf } from '@parlance/audio';
import { AbortedError, ParlanceError, throwIfAborted } from '@parlance/contracts';
import { abortable } from '../semaphore.js';
import type { ModelCall, ModelMessage, ModelReply } from './model-protocol.js';

/** A call without its number. */
type Call = ModelCall extends infer Each ? (Each extends ModelCall ? Omit<Each, 'id'> : never) : never;

interface Pending {
  onSamples: ((samples: Float32Array) => void) | undefined;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

const FIRST_PAUSE_MILLISECONDS = 1000;
const LONGEST_PAUSE_MILLISECONDS = 60_000;

/**
 * Runs a model the user brought in a process of its own, because a model that does not fit ends the process it is
 * loaded in. When that happens its calls fail, and the next one starts a new process; a model that keeps doing so is
 * given longer and longer pauses.
 */
export class ModelProcess {
  private child: ChildProcess | undefined;
  private loading: Promise<unknown> | undefined;
  private readonly pending = new Map<number, Pending>();
  private nextId = 0;
  private crashes = 0;
  /** Milliseconds of a clock that never goes back: the time of day may jump. */
  private restartAt = 0;
  private closed = false;

  /**
   * @param option the option the model was named by, for messages
   * @param load the first call of each new process
   */
  constructor(
    private readonly option: string,
    private readonly load: () => Call,
  ) {}

  /** Starts the process when there is none and loads the model; later calls get the same answer. */
  async ready<Facts>(signal: AbortSignal): Promise<Facts> {
    throwIfAborted(signal);
    if (this.loading === undefined) {
      const loading: Promise<unknown> = this.start().catch((error: unknown) => {
        if (this.loading === loading) this.loading = undefined;
        throw error;
      });
      this.loading = loading;
    }
    return (await abortable(this.loading, signal)) as Facts;
  }

  /** @param onSamples called with audio as it is made */
  async call<Result>(call: Call, signal: AbortSignal, onSamples?: (samples: Float32Array) => void): Promise<Result> {
    await this.ready(signal);
    const result = await this.send(call, signal, onSamples);
    this.crashes = 0;
    return result as Result;
  }

  async close(): Promise<void> {
    this.closed = true;
    const { child } = this;
    this.forget(new ParlanceError('unavailable', 'The model processes are closed.', { provider: 'local' }));
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.ref();
    child.kill('SIGKILL');
    await ended;
  }

  private async start(): Promise<unknown> {
    if (this.closed) throw new ParlanceError('unavailable', 'The model processes are closed.', { provider: 'local' });
    if (performance.now() < this.restartAt) {
      throw new ParlanceError('unavailable', this.advice('could not be run and is not tried again yet'), {
        provider: 'local',
        reason: 'custom_model_crashed',
      });
    }
    try {
      const load = this.load();
      this.child = this.fork();
      return await this.send(load);
    } catch (error) {
      this.dismiss();
      throw error;
    }
  }

  /** A process whose model could not be loaded is of no use. */
  private dismiss(): void {
    const { child } = this;
    if (child === undefined) return;
    this.pause();
    this.child = undefined;
    child.kill('SIGKILL');
  }

  private fork(): ChildProcess {
    const entry = entryOf(new URL('./model.process.js', import.meta.url));
    const loader = entry.pathname.endsWith('.ts') ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href] : [];
    const { PATH, LD_LIBRARY_PATH, DYLD_LIBRARY_PATH, SystemRoot } = process.env;
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      execArgv: loader,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Native code that reads files of unknown origin gets no secret of ours.
      env: { PATH, LD_LIBRARY_PATH, DYLD_LIBRARY_PATH, SystemRoot },
    });
    let lastWords = '';
    child.stderr?.on('data', (data: Buffer) => (lastWords = (lastWords + data.toString()).slice(-2000)));
    (child.stderr as unknown as { unref?(): void } | null)?.unref?.();
    const ended = (cause: Error) => {
      if (this.child === child) this.crashed(cause);
    };
    child.on('message', (reply: ModelReply) => this.receive(reply));
    child.once('error', ended);
    child.once('close', (code, signal) => ended(new Error(`The process ended with ${signal ?? code}. ${lastWords}`)));
    return child;
  }

  private send(call: Call, signal?: AbortSignal, onSamples?: (samples: Float32Array) => void): Promise<unknown> {
    const { child } = this;
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (child === undefined) throw new ParlanceError('server', this.advice('ended'), { provider: 'local' });
      const leave = () => {
        this.settle(id);
        child.send({ cancel: id } satisfies ModelMessage, () => undefined);
        reject(new AbortedError(signal?.reason));
      };
      const settled = () => signal?.removeEventListener('abort', leave);
      if (signal?.aborted === true) throw new AbortedError(signal.reason);
      signal?.addEventListener('abort', leave, { once: true });
      this.pending.set(id, {
        onSamples,
        resolve: (result) => (settled(), resolve(result)),
        reject: (error) => (settled(), reject(error)),
      });
      this.hold();
      // A process that is just ending takes no more calls: its `close` fails this one.
      child.send({ ...call, id }, () => undefined);
    });
  }

  private receive(reply: ModelReply): void {
    const pending = this.pending.get(reply.id);
    if (pending === undefined) return;
    if ('event' in reply) {
      pending.onSamples?.(reply.event);
      return;
    }
    this.settle(reply.id);
    if ('result' in reply) pending.resolve(reply.result);
    else
      pending.reject(
        new ParlanceError('server', this.advice('failed'), {
          provider: 'local',
          reason: 'custom_model_failed',
          cause: new Error(reply.error),
        }),
      );
  }

  private settle(id: number): void {
    this.pending.delete(id);
    this.hold();
  }

  /** Keeps this process alive for the model's only while there is an answer to wait for. */
  private hold(): void {
    const { child } = this;
    if (child === undefined) return;
    if (this.pending.size > 0) {
      child.ref();
      child.channel?.ref();
    } else {
      child.unref();
      child.channel?.unref();
    }
  }

  private crashed(cause: Error): void {
    this.pause();
    this.forget(new ParlanceError('server', this.advice('crashed'), { provider: 'local', reason: 'custom_model_crashed', cause }));
  }

  private pause(): void {
    this.restartAt = performance.now() + Math.min(LONGEST_PAUSE_MILLISECONDS, FIRST_PAUSE_MILLISECONDS * 2 ** this.crashes);
    this.crashes++;
  }

  private forget(error: ParlanceError): void {
    this.child = undefined;
    this.loading = undefined;
    const pending = [...this.pending.values()];
    this.pending.clear();
    for (const call of pending) call.reject(error);
  }

  private advice(what: string): string {
    return `The model of ${this.option} ${what}. Check that its files are complete and fit together (parlance doctor), or leave the option out.`;
  }
}
