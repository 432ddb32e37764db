import { Worker } from 'node:worker_threads';
import { AbortedError, ParlanceError, throwIfAborted } from '@parlance/contracts';
import { entryOf, sourceOf } from './entry.js';
import { reviveError, type ThreadCall, type ThreadReply } from './thread-protocol.js';

export interface ThreadCallOptions {
  signal?: AbortSignal;
  onEvent?: (event: unknown) => void;
  /** From when the call is begun; a thread that takes longer is ended, and a new one started for the others. */
  timeoutMilliseconds?: number;
  /** Buffers handed over instead of copied; the caller must not use them afterwards. */
  transfer?: readonly ArrayBuffer[];
}

export interface ThreadOptions {
  /**
   * Whether the thread runs native code, default no. It is then not ended in the middle of a call: native code that can
   * no longer reach JavaScript takes the whole process with it.
   */
  isNative?: boolean;
}

interface Task {
  call: ThreadCall;
  transfer: readonly ArrayBuffer[];
  onEvent: ((event: unknown) => void) | undefined;
  timeoutMilliseconds: number | undefined;
  timer?: NodeJS.Timeout;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/**
 * One worker thread that does one call at a time. Calls wait here rather than in the thread, so that those
 * whose caller has left are never begun. A thread that dies fails its calls and is started anew by the next.
 */
export class Thread {
  private worker: Worker | undefined;
  private readonly waiting: Task[] = [];
  private current: Task | undefined;
  private nextId = 0;
  private closed = false;

  constructor(
    private readonly entry: URL,
    private readonly options: ThreadOptions = {},
  ) {}

  get load(): number {
    return this.waiting.length + (this.current === undefined ? 0 : 1);
  }

  call<Result>(method: string, params: unknown, options: ThreadCallOptions = {}): Promise<Result> {
    const { signal, onEvent, timeoutMilliseconds, transfer = [] } = options;
    return new Promise<Result>((resolve, reject) => {
      if (signal !== undefined) throwIfAborted(signal);
      if (this.closed) throw new ParlanceError('unavailable', 'The audio workers are closed.');
      const onAbort = () => this.abandon(task, new AbortedError(signal?.reason));
      const settle = () => signal?.removeEventListener('abort', onAbort);
      const task: Task = {
        call: { id: this.nextId++, method, params },
        transfer,
        onEvent,
        timeoutMilliseconds,
        resolve: (result) => {
          settle();
          resolve(result as Result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.waiting.push(task);
      this.next();
    });
  }

  /** Callers are told at once. */
  async close(): Promise<void> {
    this.closed = true;
    const { worker, current } = this;
    const ended = current !== undefined && this.options.isNative === true ? endOfCall(worker) : undefined;
    this.failAll(new ParlanceError('unavailable', 'The audio workers are closed.'));
    await ended;
    await worker?.terminate();
  }

  private abandon(task: Task, error: Error): void {
    const position = this.waiting.indexOf(task);
    if (position >= 0) this.waiting.splice(position, 1);
    // A running call keeps the thread busy until it notices: only its answer is dropped.
    else if (this.current === task) this.worker?.postMessage({ cancel: task.call.id });
    task.reject(error);
  }

  private next(): void {
    if (this.current !== undefined) return;
    const task = this.waiting.shift();
    if (task === undefined) {
      this.worker?.unref();
      return;
    }
    this.current = task;
    this.worker ??= this.start();
    this.worker.ref();
    if (task.timeoutMilliseconds !== undefined) task.timer = setTimeout(() => this.expire(task), task.timeoutMilliseconds);
    try {
      this.worker.postMessage(task.call, task.transfer);
    } catch (error) {
      this.leaveCurrent();
      task.reject(error instanceof Error ? error : new Error(String(error)));
      this.next();
    }
  }

  private start(): Worker {
    const worker = startWorker(this.entry);
    worker.on('message', (reply: ThreadReply) => {
      const task = this.current;
      if (task === undefined || task.call.id !== reply.id) return;
      if ('event' in reply) {
        task.onEvent?.(reply.event);
        return;
      }
      this.leaveCurrent();
      if ('error' in reply) task.reject(reviveError(reply.error));
      else task.resolve(reply.result);
      this.next();
    });
    const died = (cause: unknown) => {
      if (this.worker !== worker) return;
      this.failAll(new ParlanceError('server', 'An audio worker stopped unexpectedly: send the request again.', { cause }));
    };
    worker.on('error', died);
    worker.on('exit', died);
    return worker;
  }

  /** The timer outlives a caller who has left: it is the thread that must not be lost. */
  private leaveCurrent(): void {
    clearTimeout(this.current?.timer);
    this.current = undefined;
  }

  private expire(task: Task): void {
    if (this.current !== task) return;
    const worker = this.worker;
    this.worker = undefined;
    this.leaveCurrent();
    void worker?.terminate();
    task.reject(new ParlanceError('timeout', 'The audio could not be worked on in time.'));
    this.next();
  }

  private failAll(error: Error): void {
    this.worker = undefined;
    const tasks = this.current === undefined ? this.waiting.splice(0) : [this.current, ...this.waiting.splice(0)];
    this.leaveCurrent();
    for (const task of tasks) task.reject(error);
  }
}

/** Resolves when the thread has answered, or is gone. */
function endOfCall(worker: Worker | undefined): Promise<void> {
  return new Promise((resolve) => {
    worker?.on('message', (reply: ThreadReply) => {
      if (!('event' in reply)) resolve();
    });
    worker?.once('exit', () => resolve());
  });
}

function startWorker(entry: URL): Worker {
  const file = entryOf(entry);
  const runner = new URL('./serve-thread.js', import.meta.url);
  if (!file.pathname.endsWith('.ts')) return new Worker(entryOf(runner), { workerData: file.href });
  // Run from source (tests, benches): Node 20 knows no TypeScript, and worker threads take no --import hook.
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(sourceOf(runner).href)}); });`;
  return new Worker(bootstrap, { eval: true, workerData: file.href });
}
