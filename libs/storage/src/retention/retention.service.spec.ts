import { Logger } from '@nestjs/common';
import { ParlanceError } from '@parlance/contracts';
import { Retention } from './retention.js';
import { RetentionService } from './retention.service.js';

const HOUR = 60 * 60 * 1000;
const retention = new Retention({ days: 1 });

describe('RetentionService', () => {
  let warned: jest.SpyInstance;
  beforeEach(() => {
    jest.useFakeTimers();
    warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
  });
  afterEach(() => {
    jest.useRealTimers();
    warned.mockRestore();
  });

  it('begins soon after the start, goes on about every hour, and holds nobody up', async () => {
    const expire = jest.fn(() => Promise.resolve(false));
    const service = new RetentionService({ expire }, retention);
    service.onApplicationBootstrap();
    expect(expire).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(expire).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10 * HOUR);
    expect(expire.mock.calls.length).toBeGreaterThanOrEqual(9);
    expect(expire.mock.calls.length).toBeLessThanOrEqual(12);
    service.onModuleDestroy();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is done where the store does the rest by itself', async () => {
    const expire = jest.fn(() => Promise.resolve(true));
    const service = new RetentionService({ expire }, retention);
    service.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(5 * HOUR);
    expect(expire).toHaveBeenCalledTimes(1);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('says what went wrong, and tries again', async () => {
    const expire = jest.fn<Promise<boolean>, []>();
    expire
      .mockRejectedValueOnce(new ParlanceError('permission', 'Give them the right.'))
      .mockRejectedValueOnce(new Error('secret'))
      .mockResolvedValue(true);
    const service = new RetentionService({ expire }, retention);
    await service.run();
    await jest.advanceTimersByTimeAsync(4 * HOUR);
    expect(expire).toHaveBeenCalledTimes(3);
    expect(warned.mock.calls.flat().join()).toContain('Give them the right.');
    expect(warned.mock.calls.flat().join()).not.toContain('secret');
  });

  it('does nothing without a retention, and ends what is under way when the process ends', async () => {
    const expire = jest.fn(
      (_retention: Retention, signal: AbortSignal) =>
        new Promise<boolean>((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('left')));
        }),
    );
    const idle = new RetentionService({ expire }, new Retention({ days: 0 }), false);
    idle.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(HOUR);
    expect(expire).not.toHaveBeenCalled();
    const service = new RetentionService({ expire }, retention);
    const running = service.run();
    service.onModuleDestroy();
    await running;
    expect(warned).not.toHaveBeenCalled();
    expect(jest.getTimerCount()).toBe(0);
    await service.run();
    expect(expire).toHaveBeenCalledTimes(1);
  });

  it('begins anew when an agent comes that keeps its audio for less', async () => {
    const expire = jest.fn(() => Promise.resolve(true));
    const changing = new Retention({ days: 30 });
    const service = new RetentionService({ expire }, changing);
    service.onApplicationBootstrap();
    await jest.advanceTimersByTimeAsync(HOUR);
    changing.setAgents([{ agent: 'a', days: 2 }]);
    changing.setAgents([{ agent: 'a', days: 2 }]);
    await jest.advanceTimersByTimeAsync(HOUR);
    expect(expire).toHaveBeenCalledTimes(2);
    service.onModuleDestroy();
  });
});
