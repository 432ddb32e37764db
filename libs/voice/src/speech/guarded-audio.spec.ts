import { AbortedError, type ParlanceError } from '@parlance/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { Account } from '../account.js';
import { failureOf } from '../__fixtures__/manual-breaker.js';
import { collect } from '../streams/async-streams.js';
import { guardedAudio } from './guarded-audio.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

describe('guardedAudio', () => {
  /** Chunks, and waits and errors in between. */
  const setUp = (...steps: (Uint8Array | Error | Promise<unknown>)[]) => {
    const settled: string[] = [];
    const source = { returned: 0, givenUp: 0 };
    const permit = {
      answered: () => settled.push('answered'),
      succeeded: () => settled.push('succeeded'),
      failed: ({ code }: ParlanceError) => settled.push(`failed: ${code}`),
      released: () => settled.push('released'),
    };
    const account = new Account('speak');
    account.trace.attempts.push(
      { provider: 'a', model: 'm', segment: 0, outcome: 'server', startMilliseconds: 0, milliseconds: 1 },
      { provider: 'b', model: 'm', segment: 0, outcome: 'ok', startMilliseconds: 1, milliseconds: 1 },
    );
    async function* chunks() {
      try {
        for (const step of steps) {
          if (step instanceof Error) throw step;
          if (step instanceof Uint8Array) yield step;
          else await step;
        }
      } finally {
        source.returned++;
      }
    }
    const outcomes = () => account.trace.attempts.map(({ outcome }) => outcome);
    const audio = (idle = 10_000) => guardedAudio(chunks(), { permit, giveUp: () => void source.givenUp++, account, provider: 'b', idle });
    return { settled, source, outcomes, audio };
  };

  it('passes everything on, and then says that all is well', async () => {
    const { audio, settled, outcomes, source } = setUp(bytes(1), bytes(2, 3));
    const iterator = audio();
    expect(await iterator.next()).toEqual({ done: false, value: bytes(1) });
    expect(settled).toEqual([]);
    expect([...(await collect(iterator))]).toEqual([2, 3]);
    expect([settled, outcomes()]).toEqual([['succeeded'], ['server', 'ok']]);
    expect(source).toEqual({ returned: 1, givenUp: 0 });
  });

  it('breaks off when the provider falls silent in the middle, and ends the call', async () => {
    const { audio, settled, outcomes, source } = setUp(bytes(1), new Promise(() => undefined), bytes(2));
    const iterator = audio(10);
    await iterator.next();
    await expect(iterator.next()).rejects.toMatchObject({ code: 'timeout', provider: 'b', reason: 'deadline' });
    expect([settled, outcomes()]).toEqual([['failed: timeout'], ['server', 'timeout']]);
    // Its stream cannot be ended while it is waited for: only the call can.
    expect(source).toEqual({ returned: 0, givenUp: 1 });
  });

  it('takes no process that stood still for a provider that is silent', async () => {
    let come = (): void => undefined;
    const { audio, settled } = setUp(bytes(1), new Promise<void>((resolve) => (come = resolve)), bytes(2));
    const iterator = audio(10);
    await iterator.next();
    const next = iterator.next();
    const now = performance.now();
    // The first look at the clock after it is set; what came while it stood still is read after that.
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => {
      setImmediate(come);
      return now + 20_000;
    });
    expect(await next).toEqual({ done: false, value: bytes(2) });
    clock.mockRestore();
    expect(settled).toEqual([]);
    await iterator.return(undefined);
  });

  it('takes no listener that is slow for a provider that is', async () => {
    const { audio, settled } = setUp(bytes(1), bytes(2), bytes(3));
    const heard: number[] = [];
    for await (const [value] of audio(10)) {
      await sleep(25);
      heard.push(value ?? 0);
    }
    expect([heard, settled]).toEqual([[1, 2, 3], ['succeeded']]);
  });

  it('says nothing against a provider whose listener leaves, and frees it', async () => {
    const { audio, settled, source, outcomes } = setUp(bytes(1), bytes(2));
    for await (const chunk of audio()) {
      expect(chunk).toEqual(bytes(1));
      break;
    }
    expect([settled, outcomes()]).toEqual([['released'], ['server', 'ok']]);
    expect(source).toEqual({ returned: 1, givenUp: 1 });
  });

  it('frees a provider whose listener leaves before the first byte, too', async () => {
    const { audio, settled, source } = setUp(bytes(1), bytes(2));
    const iterator = audio();
    expect(await iterator.return(undefined)).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(settled).toEqual(['released']);
    expect(source.givenUp).toBe(1);
  });

  it('breaks off as the provider does, and marks the attempt', async () => {
    const { audio, settled, source, outcomes } = setUp(bytes(1), failureOf('empty'));
    await expect(collect(audio())).rejects.toMatchObject({ code: 'empty' });
    expect([settled, source.returned, outcomes()]).toEqual([['failed: empty'], 1, ['server', 'empty']]);
  });

  it('makes a failure of the provider of whatever it throws', async () => {
    const { audio, settled } = setUp(bytes(1), new TypeError('secret'));
    await expect(collect(audio())).rejects.toMatchObject({ code: 'server', provider: 'b', message: expect.not.stringContaining('secret') });
    expect(settled).toEqual(['failed: server']);
  });

  it('says nothing against a provider that was told to stop', async () => {
    const { audio, settled, outcomes } = setUp(bytes(1), new AbortedError());
    await expect(collect(audio())).rejects.toThrow(AbortedError);
    expect([settled, outcomes()]).toEqual([['released'], ['server', 'ok']]);
  });

  it('hears no more of a provider that was given up and fails after all', async () => {
    let fail: (error: Error) => void = () => undefined;
    const { audio, settled } = setUp(bytes(1), new Promise((_, reject) => (fail = reject)));
    await expect(collect(audio(5))).rejects.toMatchObject({ code: 'timeout' });
    fail(new Error('too late to matter'));
    await sleep(1);
    expect(settled).toEqual(['failed: timeout']);
  });
});
