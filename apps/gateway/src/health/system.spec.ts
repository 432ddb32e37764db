import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@parlance/testing';
import { DiskSpace } from './disk-space.js';
import { EventLoopDelay } from './event-loop-delay.js';

describe('DiskSpace', () => {
  it('is that of the volume, also of a directory that is not there yet', async () => {
    const { free, total } = await new DiskSpace().of(tmpdir());
    expect(free).toBeLessThanOrEqual(total);
    expect((await new DiskSpace().of(join(tmpdir(), 'not', 'there', 'yet'))).total).toBe(total);
  });
});

describe('EventLoopDelay', () => {
  it('has seen that the event loop was blocked, and forgets it', async () => {
    const [keeping, forgetting] = [new EventLoopDelay(), new EventLoopDelay()];
    keeping.onModuleInit(600_000);
    forgetting.onModuleInit(50);
    try {
      await eventually(async () => keeping.longest > 0, 'It has not begun.', 30_000);
      const until = performance.now() + 400;
      while (performance.now() < until) continue;
      await eventually(async () => keeping.longest >= 300, 'It has not seen it.', 30_000);
      await eventually(async () => forgetting.longest < 300, 'It does not begin anew.', 30_000);
      expect(keeping.longest).toBeGreaterThanOrEqual(300);
      expect(keeping.p99).toBeLessThanOrEqual(keeping.longest);
      expect(keeping.p99).toBeGreaterThan(0);
    } finally {
      keeping.onModuleDestroy();
      forgetting.onModuleDestroy();
    }
  });
});
