import { setImmediate as turn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { defer } from './defer.js';

describe('defer', () => {
  it('does everything afterwards, in order, also what is deferred meanwhile', async () => {
    const done: number[] = [];
    defer(() => {
      done.push(1);
      defer(() => done.push(3));
    });
    defer(() => done.push(2));
    expect(done).toEqual([]);
    await turn();
    await turn();
    expect(done).toEqual([1, 2, 3]);
  });

  it('goes on when something fails, and does not log what it says', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
    const done: number[] = [];
    defer(() => {
      throw new TypeError('a secret');
    });
    defer(() => done.push(1));
    await turn();
    expect(done).toEqual([1]);
    expect(logged.mock.calls).toEqual([[expect.stringContaining('TypeError')]]);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('a secret');
    logged.mockRestore();
  });
});
