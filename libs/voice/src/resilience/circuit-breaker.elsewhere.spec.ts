import { failureOf, manualBreaker } from '../__fixtures__/manual-breaker.js';

describe('CircuitBreaker, told by another process', () => {
  const opened = { milliseconds: 8000, cause: 'server', repeats: 2 } as const;

  it('opens for as long as it is told, and takes over how often it has opened', () => {
    const { breaker, clock, changes, acquire } = manualBreaker();
    breaker.adopt(opened);
    expect(changes).toEqual([{ from: 'closed', to: 'open', cause: 'server', openMilliseconds: 8000, elsewhere: true }]);
    expect([breaker.acquire(), breaker.waitMilliseconds, breaker.openedBefore]).toEqual([undefined, 8000, 2]);
    clock.now += 8000;
    const trial = acquire();
    expect(breaker.trying).toBe(1);
    trial.failed(failureOf('server'));
    // Eight times the first: this is the fourth time in a row.
    expect(changes.at(-1)).toEqual({ from: 'half_open', to: 'open', cause: 'server', openMilliseconds: 40_000 });
  });

  it('stays open for the longer of two times, and opens again when its own is over', () => {
    const { breaker, clock, changes } = manualBreaker();
    breaker.adopt(opened);
    breaker.adopt({ ...opened, milliseconds: 1000 });
    expect([breaker.waitMilliseconds, changes.length]).toEqual([8000, 1]);
    breaker.adopt({ ...opened, milliseconds: 9000 });
    expect([breaker.waitMilliseconds, changes.length]).toEqual([9000, 1]);
    clock.now += 9000;
    breaker.adopt(opened);
    expect([breaker.waitMilliseconds, changes.length]).toEqual([8000, 2]);
  });

  it('takes what comes of a call from before for late', () => {
    const { breaker, acquire } = manualBreaker();
    const before = acquire();
    breaker.adopt(opened);
    before.succeeded();
    expect(breaker.state).toBe('open');
    breaker.close('recovered', true);
    before.failed(failureOf('auth'));
    expect(breaker.state).toBe('closed');
  });

  it('closes and tries early on its word, and says so', () => {
    const { breaker, changes } = manualBreaker();
    breaker.adopt(opened);
    breaker.tryEarly(true);
    breaker.close('recovered', true);
    expect(changes.slice(1)).toEqual([
      { from: 'open', to: 'half_open', cause: 'probe', elsewhere: true },
      { from: 'half_open', to: 'closed', cause: 'recovered', elsewhere: true },
    ]);
  });
});
