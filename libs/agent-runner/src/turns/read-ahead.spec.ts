import { readAhead } from './read-ahead.js';

describe('readAhead', () => {
  async function* count(seen: number[], end?: Error) {
    for (const number of [1, 2, 3]) {
      await Promise.resolve();
      seen.push(number);
      yield number;
    }
    if (end !== undefined) throw end;
  }

  it('reads everything although nobody goes on reading', async () => {
    const seen: number[] = [];
    const items = readAhead(count(seen));
    expect((await items.next()).value).toBe(1);
    while (seen.length < 3) await new Promise(setImmediate);
    expect([(await items.next()).value, (await items.next()).value, (await items.next()).done]).toEqual([2, 3, true]);
  });

  it('throws at its place', async () => {
    const got: number[] = [];
    const reading = (async () => {
      for await (const item of readAhead(count([], new Error('broken')))) got.push(item);
    })();
    await expect(reading).rejects.toThrow('broken');
    expect(got).toEqual([1, 2, 3]);
  });
});
