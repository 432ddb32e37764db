import { Fresh } from './fresh.js';

describe('Fresh', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => jest.restoreAllMocks());

  it('asks again when the answer is old, and not while it is waited for', async () => {
    const asked: ((answer: string) => void)[] = [];
    const fresh = new Fresh(() => new Promise<string>((resolve) => asked.push(resolve)), 100);
    const first = fresh.get();
    now = 1000;
    const second = fresh.get();
    expect(asked).toHaveLength(1);
    asked[0]?.('one');
    expect(await Promise.all([first, second])).toEqual(['one', 'one']);
    now = 1099;
    expect(await fresh.get()).toBe('one');
    now = 1100;
    const third = fresh.get();
    asked[1]?.('two');
    expect(await third).toBe('two');
  });

  it('gives the answer before to those who do not want to wait', async () => {
    const asked: ((answer: string) => void)[] = [];
    const fresh = new Fresh(() => new Promise<string>((resolve) => asked.push(resolve)), 100);
    expect(await fresh.within(1)).toBeUndefined();
    asked[0]?.('one');
    expect(await fresh.within(60_000)).toBe('one');
    now = 100;
    expect(await fresh.within(1)).toBe('one');
    asked[1]?.('two');
    expect(await fresh.within(60_000)).toBe('two');
  });

  it('lets a failure stand as long', async () => {
    let calls = 0;
    const fresh = new Fresh(() => {
      throw new Error(`failure ${++calls}`);
    }, 100);
    await expect(fresh.get()).rejects.toThrow('failure 1');
    await expect(fresh.get()).rejects.toThrow('failure 1');
    now = 100;
    await expect(fresh.get()).rejects.toThrow('failure 2');
  });
});
