// Loaded into a gateway that is watched, before anything else of it: measures the process from within when it is asked to.
// Needs --expose-gc, and a channel to the process that has started it.
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

const timer = setTimeout(() => undefined, 0);
clearTimeout(timer);
const COUNTED = { Timeout: timer.constructor, AbortSignal, Socket, IncomingMessage, ServerResponse, Promise };
/** What the first collection sets free may hold more, by its finalizers. */
const COLLECTIONS = 3;

async function measure() {
  for (let times = 0; times < COLLECTIONS; times++) {
    globalThis.gc();
    await nextTurn();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const objects = Object.fromEntries(Object.entries(COUNTED).map(([name, type]) => [name, queryObjects(type, { format: 'count' })]));
  process.send({ heapUsed, external, arrayBuffers, objects });
}

// Threads are given what the process was started with, too.
if (isMainThread) {
  process.on('message', (message) => message === 'measure' && void measure());
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
