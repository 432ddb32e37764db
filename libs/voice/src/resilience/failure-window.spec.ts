import { FailureWindow } from './failure-window.js';

describe('FailureWindow', () => {
  it('counts both kinds', () => {
    const window = new FailureWindow(1000);
    for (const ok of [true, false, false, true, true]) window.add(ok, 5000);
    expect(window.counts(5000)).toEqual({ calls: 5, failures: 2 });
  });

  it('forgets part by part, and all of it when the window has passed', () => {
    const window = new FailureWindow(1000);
    for (let part = 0; part < 10; part++) window.add(part % 2 === 0, part * 100);
    expect(window.counts(999)).toEqual({ calls: 10, failures: 5 });
    expect(window.counts(1000)).toEqual({ calls: 9, failures: 5 });
    expect(window.counts(1199)).toEqual({ calls: 8, failures: 4 });
    expect(window.counts(1900)).toEqual({ calls: 0, failures: 0 });
    window.add(false, 50_000);
    expect(window.counts(50_000)).toEqual({ calls: 1, failures: 1 });
  });

  it('begins anew when it is cleared', () => {
    const window = new FailureWindow(1000);
    window.add(false, 10);
    window.clear();
    expect(window.counts(10)).toEqual({ calls: 0, failures: 0 });
  });

  it('keeps no more than its parts, however many calls there are', () => {
    const window = new FailureWindow(1000);
    for (let now = 0; now < 100_000; now += 7) window.add(false, now);
    expect((window as unknown as { parts: unknown[] }).parts.length).toBeLessThanOrEqual(10);
  });
});
