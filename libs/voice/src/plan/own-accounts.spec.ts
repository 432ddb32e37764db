import { NotFoundError } from '@parlance/contracts';
import type { ProviderFactory, ProviderLoan } from '@parlance/providers';
import { Loans } from './loans.js';
import { OwnAccounts } from './own-accounts.js';

/** Counts the loans of each account, and closes what nobody has on loan. */
class CountingFactory {
  readonly made = new Map<string, { provider: ProviderLoan['provider']; loans: number }>();
  closed: string[] = [];

  borrowAs(name: string, options: Readonly<Record<string, unknown>>): ProviderLoan {
    if (name === 'nobody') throw new NotFoundError('provider', name, []);
    const key = `${name} ${String(options['apiKey'])}`;
    const instance = this.made.get(key) ?? { provider: {}, loans: 0 };
    this.made.set(key, instance);
    instance.loans++;
    const release = async () => {
      if (--instance.loans > 0) return;
      this.made.delete(key);
      this.closed.push(key);
    };
    return { provider: instance.provider, release };
  }
}

describe('OwnAccounts', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const setUp = () => {
    const factory = new CountingFactory();
    const accounts = new OwnAccounts(factory as unknown as ProviderFactory);
    const ask = async (apiKey: string) => {
      const loan = accounts.borrow('one', { apiKey });
      await loan.release();
      return loan.provider;
    };
    return { factory, accounts, ask };
  };

  it('keeps a provider open for whoever asks again', async () => {
    const { factory, ask } = setUp();
    const provider = await ask('a');
    await jest.advanceTimersByTimeAsync(9 * 60_000);
    expect(await ask('a')).toBe(provider);
    await jest.advanceTimersByTimeAsync(9 * 60_000);
    expect(factory.closed).toEqual([]);
    await jest.advanceTimersByTimeAsync(2 * 60_000);
    expect(factory.closed).toEqual(['one a']);
    expect(await ask('a')).not.toBe(provider);
  });

  it('closes the one that was asked for longest ago beyond 32', async () => {
    const { factory, ask } = setUp();
    for (let number = 0; number < 32; number++) await ask(`${number}`);
    await ask('0');
    expect(factory.closed).toEqual([]);
    await ask('32');
    expect(factory.closed).toEqual(['one 1']);
    expect(factory.made.size).toBe(32);
  });

  it('never closes what a request has, not even at its own end', async () => {
    const { factory, accounts } = setUp();
    const loan = accounts.borrow('one', { apiKey: 'a' });
    await jest.advanceTimersByTimeAsync(3_600_000);
    await accounts.onModuleDestroy();
    expect(factory.closed).toEqual([]);
    await loan.release();
    expect(factory.closed).toEqual(['one a']);
  });

  it('closes all at its own end, and leaves no timer', async () => {
    const { factory, accounts, ask } = setUp();
    await ask('a');
    await ask('b');
    await accounts.onModuleDestroy();
    expect(factory.closed).toEqual(['one a', 'one b']);
    expect(jest.getTimerCount()).toBe(0);
    expect(() => accounts.borrow('nobody', {})).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});

describe('Loans', () => {
  const lent = () => {
    const loans = new Loans();
    const release = jest.fn(() => Promise.resolve());
    loans.add({ provider: {}, release });
    return { loans, release };
  };
  const never = new AbortController().signal;
  async function* audio() {
    yield Uint8Array.of(1);
    yield Uint8Array.of(2);
  }

  it('are held until the last has let go, whoever lets go twice', async () => {
    const { loans, release } = lent();
    const other = loans.hold();
    await loans.during(() => Promise.resolve());
    expect(release).not.toHaveBeenCalled();
    other();
    other();
    expect(release).toHaveBeenCalledTimes(1);
  });

  it('go back when the work fails', async () => {
    const { loans, release } = lent();
    await expect(loans.during(() => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(release).toHaveBeenCalledTimes(1);
    const second = lent();
    await expect(second.loans.untilRead(() => Promise.reject(new Error('down')), never)).rejects.toThrow('down');
    expect(second.release).toHaveBeenCalledTimes(1);
  });

  it('go back when audio has been read, was broken off, or was left', async () => {
    const read = lent();
    const { chunks } = await read.loans.untilRead(() => Promise.resolve({ chunks: audio() }), never);
    for await (const _ of chunks) expect(read.release).not.toHaveBeenCalled();
    expect(read.release).toHaveBeenCalledTimes(1);

    const broken = lent();
    for await (const _ of (await broken.loans.untilRead(() => Promise.resolve({ chunks: audio() }), never)).chunks) break;
    expect(broken.release).toHaveBeenCalledTimes(1);

    const left = lent();
    const leaving = new AbortController();
    await left.loans.untilRead(() => Promise.resolve({ chunks: audio() }), leaving.signal);
    leaving.abort();
    expect(left.release).toHaveBeenCalledTimes(1);
  });
});
