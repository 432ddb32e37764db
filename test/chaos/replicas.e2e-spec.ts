import { describeWithProgram, type Fault, openaiError, PATIENT_REDIS_ENVIRONMENT, REDIS_PROGRAMS, spokenAudio } from '@parlance/testing';
import { errorOf, newText, speak } from './support/ask.js';
import { until } from './support/fleet.js';
import type { GatewayProcess } from './support/gateway-process.js';
import { held } from './support/held.js';
import { startReplicas, type Replicas } from './support/replicas.js';

const down: Fault = {
  kind: 'reply',
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: openaiError(503, 'Down.').body as string,
};

describeWithProgram(REDIS_PROGRAMS, () => {
  let replicas: Replicas;
  let input: string;
  beforeAll(async () => {
    // Redis is never away here; a machine that is short of time must not make it look so.
    replicas = await startReplicas({ ...PATIENT_REDIS_ENVIRONMENT, PARLANCE_STOP_GRACE_MILLISECONDS: '1000' });
  }, 180_000);
  beforeEach(() => {
    input = newText();
    replicas.vendor.reset();
  });
  afterAll(() => replicas.close());

  const calls = () => replicas.vendor.calls.length;
  const wantedKeys = async () => (await replicas.redis.command('KEYS', 'parlance:flight:*:wanted')) as readonly string[];

  /** Waits until so many processes follow what another one does. */
  const followers = (count: number) =>
    until(async () => {
      const channels = (await replicas.redis.command('PUBSUB', 'CHANNELS', 'parlance:flights:*:*:*')) as readonly string[];
      if (channels.length === 0) return count === 0;
      const numbers = (await replicas.redis.command('PUBSUB', 'NUMSUB', ...channels)) as readonly (string | number)[];
      return numbers.filter((_, index) => index % 2 === 1).reduce((sum: number, one) => sum + Number(one), 0) === count;
    });

  /** Calls that count as failures of the vendor, over all processes. */
  async function failedCalls({ url }: GatewayProcess): Promise<number> {
    const { data } = (await (await fetch(`${url}/v1/usage?groupBy=provider`)).json()) as { data: { failed: number }[] };
    return data.reduce((sum, { failed }) => sum + failed, 0);
  }

  /** A request whose first bytes are there, and what it gives in the end. */
  async function listen({ url }: GatewayProcess): Promise<{ cache: string | null; rest: Promise<Buffer | 'broken'> }> {
    const response = await fetch(`${url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input, response_format: 'mp3' }),
    });
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const chunks: Uint8Array[] = [(await reader.read()).value ?? new Uint8Array()];
    const rest = async () => {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return Buffer.concat(chunks);
        chunks.push(value);
      }
    };
    return { cache: response.headers.get('x-parlance-cache'), rest: rest().catch(() => 'broken' as const) };
  }

  it.each([
    [20, 1],
    [20, 3],
    [1000, 3],
  ])('11: of %i equal requests at once in %i processes one asks the vendor, and all hear it as it comes', async (requests, processes) => {
    const { fault, release } = held('gate');
    replicas.vendor.fail(fault);
    const all = await Promise.all(Array.from({ length: requests }, (_, index) => listen(replicas.all[index % processes]!)));
    // Half of it has been heard by everybody, and the vendor has not sent the other half.
    release();
    const heard = await Promise.all(all.map(({ rest }) => rest));
    const inWords = heard.map((bytes) => (bytes === 'broken' ? bytes : bytes.equals(spokenAudio('mp3')) ? 'all of it' : bytes.toString()));
    expect([...new Set(inWords)]).toEqual(['all of it']);
    expect(all.map(({ cache }) => cache).filter((cache) => cache !== 'coalesced')).toEqual(['miss']);
    expect(calls()).toBe(1);
  });

  it('11: who comes when it has just been made asks nobody', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        await new Promise((resolve) => setTimeout(resolve, index));
        return speak(replicas.all[index % 3]!, { input });
      }),
    );
    expect(answers.filter(({ bytes }) => !bytes.equals(spokenAudio('mp3')))).toEqual([]);
    expect(calls()).toBe(1);
  });

  it('11: everybody hears of the failure of the one call', async () => {
    const { fault, release } = held('late');
    const [first, second, third] = replicas.all;
    replicas.vendor.fail(fault);
    const leading = speak(first, { input });
    await until(() => calls() === 1);
    const others = [second, third].map((replica) => speak(replica, { input }));
    await followers(2);
    replicas.vendor.reset();
    release();
    const answers = await Promise.all([leading, ...others]);
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    const errors = answers.map((answer) => errorOf(answer));
    expect(errors[1]).toEqual(errors[0]);
    expect(errors[2]).toEqual(errors[0]);
    expect(errors[0]?.attempts).toHaveLength(1);
    // What failed is not shared with who comes later.
    replicas.vendor.fail(down);
    expect((await speak(second, { input })).status).toBe(502);
    expect((await speak(third, { input })).status).toBe(200);
  });

  it('10: a client who leaves stops nobody in other processes, and the last to leave stops the vendor', async () => {
    const [first, second] = replicas.all;
    for (const last of ['stays', 'leaves'] as const) {
      replicas.vendor.reset();
      input = newText();
      const { fault, release } = held('late');
      replicas.vendor.fail(fault);
      const leaving = [new AbortController(), new AbortController()] as const;
      const gone = speak(first, { input, signal: leaving[0].signal }).catch(() => 'left');
      await until(() => calls() === 1);
      const other = speak(second, { input, signal: leaving[1].signal }).catch(() => 'left' as const);
      await followers(1);
      leaving[0].abort();
      expect(await gone).toBe('left');
      if (last === 'leaves') {
        leaving[1].abort();
        await until(() => replicas.vendor.openSockets === 0);
        expect(replicas.vendor.calls[0]?.aborted).toBe(true);
        release();
      } else {
        release();
        expect(await other).toMatchObject({ status: 200, cache: 'coalesced', bytes: spokenAudio('mp3') });
        expect(replicas.vendor.calls[0]?.aborted).toBe(false);
      }
      // The interest of the last follower is over after a while.
      await until(async () => (await wantedKeys()).length === 0);
      await followers(0);
      expect(calls()).toBe(1);
    }
  });

  it('12: when the process that leads is killed, those who wait recover with one more call', async () => {
    const [first, ...others] = replicas.all;
    replicas.vendor.fail({ kind: 'hang' });
    const lost = speak(first, { input }).catch(() => 'lost');
    await until(() => calls() === 1);
    const waiting = others.flatMap((replica) => [1, 2, 3].map(() => speak(replica, { input })));
    await followers(2);
    await first.kill();
    expect(await lost).toBe('lost');
    const answers = await Promise.all(waiting);
    expect(answers.every(({ status, broken, bytes }) => status === 200 && !broken && bytes.equals(spokenAudio('mp3')))).toBe(true);
    expect(calls()).toBe(2);
    await first.restart();
  });

  it('12: who has heard a part of it hears that it broke, and never a short end', async () => {
    const [first, ...others] = replicas.all;
    const { fault, release } = held('gate');
    replicas.vendor.fail(fault);
    const all = [await listen(first)];
    for (const other of others) all.push(await listen(other));
    await first.kill();
    expect(await Promise.all(all.map(({ rest }) => rest))).toEqual(['broken', 'broken', 'broken']);
    release();
    expect((await speak(others[0], { input })).bytes.equals(spokenAudio('mp3'))).toBe(true);
    expect(calls()).toBe(2);
  });

  it.each(['late', 'gate'] as const)('12: a vendor is not to blame for a process that stops while others follow (%s)', async (kind) => {
    const [, second, third] = replicas.all;
    const { fault, release } = held(kind);
    replicas.vendor.fail(fault);
    const failed = await failedCalls(third);
    const leading = speak(second, { input }).catch(() => 'lost');
    await until(() => calls() === 1);
    const following = speak(third, { input });
    await followers(1);
    expect(await second.stop()).toBe(0);
    await leading;
    const heard = await following;
    release();
    await second.restart();
    // Who has heard nothing yet begins anew.
    expect(heard).toMatchObject(kind === 'late' ? { status: 200, broken: false, bytes: spokenAudio('mp3') } : { broken: true });
    expect(await failedCalls(third)).toBe(failed);
  });
});
