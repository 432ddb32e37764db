import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import { serialiseError, type ThreadCall, type ThreadCancel, type ThreadReply } from './thread-protocol.js';

export interface ThreadContext {
  /** Fires when the caller has left; long work looks at it between steps. */
  signal: AbortSignal;
  /** Sends something to the caller's `onEvent` before the result. */
  emit(event: unknown, transfer?: readonly ArrayBuffer[]): void;
  /** Buffers of the result that are handed over instead of copied. */
  transfer(...buffers: ArrayBufferLike[]): void;
}

export type ThreadMethod = (params: never, context: ThreadContext) => unknown;

/** What a thread's file exports as `methods`. */
export type ThreadMethods = Readonly<Record<string, ThreadMethod>>;

/** The thread's side of a {@link ThreadPool}: answers calls by name until the pool ends the thread. */
function serveThread(methods: ThreadMethods): void {
  const port = parentPort;
  if (port === null) throw new Error('serveThread must be called in a worker thread.');
  const running = new Map<number, AbortController>();
  const reply = (message: ThreadReply, transfer: readonly TransferListItem[] = []) => port.postMessage(message, transfer);

  const answer = async ({ id, method, params }: ThreadCall) => {
    const controller = new AbortController();
    running.set(id, controller);
    const moved: ArrayBuffer[] = [];
    try {
      const handler = methods[method];
      if (handler === undefined) throw new Error(`The thread has no method '${method}'.`);
      const result = await handler(params as never, {
        signal: controller.signal,
        emit: (event, transfer = []) => reply({ id, event }, transfer),
        transfer: (...buffers) => moved.push(...buffers.filter((buffer) => buffer instanceof ArrayBuffer)),
      });
      reply({ id, result }, moved);
    } catch (error) {
      reply({ id, error: serialiseError(error) });
    } finally {
      running.delete(id);
    }
  };

  port.on('message', (message: ThreadCall | ThreadCancel) => {
    if ('cancel' in message) running.get(message.cancel)?.abort();
    else void answer(message);
  });
}

// Every thread runs this file, and is told its own: those of other libraries need not load this one's index, 25 ms of work less each.
const { methods } = (await import(workerData as string)) as { methods: ThreadMethods };
serveThread(methods);
