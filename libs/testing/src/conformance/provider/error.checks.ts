import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { ErrorCode } from '@parlance/contracts';
import type { ReplyFault } from '../../vendors/fault.js';
import type { Check } from '../check.js';
import { assertCode, failureOf, SHORT_LIMITS, type AnyBench, type WithCaller } from './check-tools.js';
import type { VendorErrorCase } from './provider-bench.js';

const NEEDED: readonly ErrorCode[] = ['auth', 'rate', 'invalid', 'server'];

/** What becomes of the vendor's own refusals. `secretWords`: what of the request must not be repeated either. */
export function errorChecks<B extends AnyBench>(withCaller: WithCaller<B>, secretWords: (bench: B) => readonly string[]): Check<B>[] {
  return [
    {
      name: 'has a table of the errors that every vendor has',
      run: async ({ errors }) => {
        for (const code of NEEDED) {
          assert(
            errors.some(({ expect }) => expect.code === code),
            `The bench has no error that becomes '${code}'.`,
          );
        }
      },
    },
    {
      name: 'names every error of the vendor, and asks once',
      run: async (bench) => {
        for (const error of bench.errors) await expectError(bench, withCaller, error);
      },
    },
    {
      name: 'tells after how many seconds it may be asked again',
      run: (bench) => expectWait(bench, withCaller, '7', (seconds) => seconds === 7),
    },
    {
      name: 'tells after which date it may be asked again',
      run: (bench) =>
        expectWait(bench, withCaller, new Date(Date.now() + 600_000).toUTCString(), (seconds) => seconds > 0 && seconds <= 600),
    },
    {
      name: 'tells a wrong key from other failures',
      run: (bench) =>
        withCaller(bench, { key: 'another-key-0123456789' }, async ({ call }) => {
          assertCode(await failureOf(bench, call(), 'With a wrong key'), ['auth'], 'With a wrong key');
        }),
    },
    {
      name: 'keeps the key and the words of the request out of every error',
      run: (bench) => expectNoLeak(bench, withCaller, [bench.goodKey, ...secretWords(bench)]),
    },
  ];
}

async function expectError<B extends AnyBench>(
  bench: B,
  withCaller: WithCaller<B>,
  { name, reply, expect }: VendorErrorCase,
): Promise<void> {
  await withCaller(bench, {}, async (caller) => {
    bench.standIn.reset();
    bench.standIn.fail(reply);
    const error = await failureOf(bench, caller.call(), name);
    assertCode(error, [expect.code], name);
    const { retryAfterSeconds, requestId, reason } = { ...pick(error), ...expect };
    assert.deepEqual(pick(error), { retryAfterSeconds, requestId, reason }, `${name}: the details of the error`);
    assert.equal(error.provider, caller.name, `${name}: the error names the provider`);
    assert.equal(bench.standIn.calls.length, 1, `${name}: the provider asks once, trying again is not its task`);
  });
}

function pick({
  retryAfterSeconds,
  requestId,
  reason,
}: {
  retryAfterSeconds?: number | undefined;
  requestId?: string | undefined;
  reason?: string | undefined;
}) {
  return { retryAfterSeconds, requestId, reason };
}

async function expectWait<B extends AnyBench>(
  bench: B,
  withCaller: WithCaller<B>,
  header: string,
  good: (seconds: number) => boolean,
): Promise<void> {
  const limit = bench.errors.find(({ expect }) => expect.code === 'rate');
  assert(limit !== undefined, "The bench has no error that becomes 'rate'.");
  await withCaller(bench, {}, async ({ call }) => {
    bench.standIn.fail({ ...limit.reply, headers: { ...limit.reply.headers, 'retry-after': header } });
    const { retryAfterSeconds } = await failureOf(bench, call(), limit.name);
    assert(retryAfterSeconds !== undefined && good(retryAfterSeconds), `retry-after: ${header} became ${retryAfterSeconds}.`);
  });
}

/** Every word of the vendor's repeats the secrets, and the network fails; nothing of it may be told. */
async function expectNoLeak<B extends AnyBench>(bench: B, withCaller: WithCaller<B>, secrets: readonly string[]): Promise<void> {
  const echoes = bench.errors.map(({ name, reply }) => ({ name, fault: echo(reply, secrets.join(' ')) }));
  const broken = (['refuse', 'cut', 'hang', 'html', 'empty'] as const).map((kind) => ({ name: kind, fault: { kind } }));
  for (const { name, fault } of [...echoes, ...broken]) {
    await withCaller(bench, fault.kind === 'hang' ? SHORT_LIMITS : {}, async ({ call }) => {
      bench.standIn.fail(fault);
      const error = await failureOf(bench, call(), name);
      const told = [error.message, error.stack, inspect(error, { depth: 8 })].join('\n');
      for (const [index, secret] of secrets.entries()) {
        const what = index === 0 ? 'the key' : 'the words of the request';
        assert(!told.includes(secret), `${name}: the error repeats ${what}.`);
      }
    });
  }
}

/** The answer with the words added to each text in it. */
function echo(reply: ReplyFault, words: string): ReplyFault {
  const body = Buffer.from(reply.body ?? '').toString('utf8');
  try {
    const echoed = JSON.stringify(JSON.parse(body), (_name, value: unknown) => (typeof value === 'string' ? `${value} (${words})` : value));
    return { ...reply, body: echoed };
  } catch {
    return { ...reply, body: `${body} (${words})` };
  }
}
