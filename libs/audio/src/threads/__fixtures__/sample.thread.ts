import { ParlanceError } from '@parlance/contracts';
import type { ThreadMethods } from '../serve-thread.js';

let calls = 0;
export const methods: ThreadMethods = {
  count: () => ++calls,
  double: ({ samples }: { samples: Float32Array }, context) => {
    const doubled = samples.map((sample) => sample * 2);
    context.transfer(doubled.buffer);
    return doubled;
  },
  fail: () => {
    throw new ParlanceError('invalid', 'not this', { param: 'input' });
  },
  hang: () => {
    for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
  },
  /** Writes 1 when it begins and 2 at its end, and answers nobody in between. */
  mark: ({ flag }: { flag: Int32Array<SharedArrayBuffer> }) => {
    Atomics.store(flag, 0, 1);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    Atomics.store(flag, 0, 2);
  },
  die: () => process.exit(3),
  sleep: async ({ milliseconds }: { milliseconds: number }, context) => {
    context.emit('begun');
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return context.signal.aborted;
  },
};
