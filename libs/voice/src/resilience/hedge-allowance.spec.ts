import { HedgeAllowance } from './hedge-allowance.js';

describe('HedgeAllowance', () => {
  const taken = (share: number, requests: number) => {
    const allowance = new HedgeAllowance(share);
    let hedges = 0;
    for (let request = 0; request < requests; request++) {
      allowance.countRequest();
      if (allowance.take()) hedges++;
    }
    return hedges;
  };

  it.each([
    [0.05, 50],
    [0.1, 100],
    [0.5, 500],
    [1, 1000],
  ])('lets a share of %d of a thousand requests be hedged: %d', (share, hedges) => {
    expect(taken(share, 1000)).toBe(hedges);
  });

  it('has none to begin with, and saves up no more than five', () => {
    const allowance = new HedgeAllowance(0.1);
    expect(allowance.take()).toBe(false);
    for (let request = 0; request < 10_000; request++) allowance.countRequest();
    expect(Array.from({ length: 10 }, () => allowance.take()).filter(Boolean)).toHaveLength(5);
  });
});
