// Loaded into a gateway that is watched, before anything else of it: measures the process from within when it is asked to.
// Needs --expose-gc, and a channel to the process that has started it.
import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { queryObjects } from 'node:v8';
import { isMainThread } from 'node:worker_threads';

const timer = setTimeout(() => undefined, 0);
clearTimeout(timer);
const COUNTED = { Timeout: timer.constructor, AbortSignal, Socket, ServerResponse };
/** What the first collection sets free may hold more, by its finalizers: after three of them signals of requests were still there now and then. */
const COLLECTIONS = 8;

/** @param counted whether objects are to be counted: for each class the whole heap is looked through */
async function measure(counted) {
  for (let times = 0; times < COLLECTIONS; times++) {
    globalThis.gc();
    await nextTurn();
  }
  const { heapUsed, external, arrayBuffers } = process.memoryUsage();
  const classes = counted ? Object.entries(COUNTED) : [];
  const objects = Object.fromEntries(classes.map(([name, type]) => [name, queryObjects(type, { format: 'count' })]));
  process.send({ heapUsed, external, arrayBuffers, objects });
}

// Threads are given what the process was started with, too.
if (isMainThread) {
  process.on('message', (message) => {
    if (message === 'measure' || message === 'count') void measure(message === 'count');
  });
  process.on('disconnect', () => process.exit(1));
  process.channel.unref();
}
