import { Watchdog } from './watchdog.js';

describe('Watchdog', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('fires after silence, counted from the last sign of life', () => {
    const watchdog = new Watchdog(100);
    jest.advanceTimersByTime(99);
    watchdog.alive();
    jest.advanceTimersByTime(99);
    expect(watchdog.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(watchdog.signal.aborted).toBe(true);
  });

  it.each([20, 300])('waits for another time (%d ms) once something has come', (idle) => {
    const watchdog = new Watchdog(100, new AbortController(), idle);
    jest.advanceTimersByTime(99);
    for (let signs = 0; signs < 2; signs++) {
      watchdog.alive();
      jest.advanceTimersByTime(idle - 1);
    }
    expect(watchdog.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect([watchdog.signal.aborted, jest.getTimerCount()]).toEqual([true, 0]);
  });

  it('takes a time without end for a very long one', () => {
    const watchdog = new Watchdog(Number.POSITIVE_INFINITY);
    jest.advanceTimersByTime(1_000_000);
    expect(watchdog.signal.aborted).toBe(false);
    watchdog.stop();
  });

  it('leaves no timer behind when it is stopped, whatever shows signs of life afterwards', () => {
    const watchdog = new Watchdog(100);
    watchdog.stop();
    expect(jest.getTimerCount()).toBe(0);
    watchdog.alive();
    jest.advanceTimersByTime(1000);
    expect([watchdog.signal.aborted, jest.getTimerCount()]).toEqual([false, 0]);
  });

  it('is not set again by what comes after it has fired', () => {
    const watchdog = new Watchdog(100);
    jest.advanceTimersByTime(100);
    watchdog.alive();
    expect(jest.getTimerCount()).toBe(0);
    watchdog.stop();
    watchdog.alive();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('waits once more when the process stood still: what came meanwhile has yet to be read', () => {
    const watchdog = new Watchdog(100);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 20_000);
    jest.advanceTimersByTime(100);
    expect(watchdog.signal.aborted).toBe(false);
    jest.spyOn(performance, 'now').mockReturnValue(performance.now() + 20_000);
    jest.advanceTimersByTime(100);
    expect(watchdog.signal.aborted).toBe(true);
  });
});
