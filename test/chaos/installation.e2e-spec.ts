import { setTimeout as sleep } from 'node:timers/promises';
import {
  CEPH_PROGRAMS,
  CephServer,
  daysFromNow,
  describeWithProgram,
  FaultProxy,
  REDIS_PROGRAMS,
  RedisServer,
  spokenAudio,
} from '@parlance/testing';
import { newText } from './support/ask.js';
import { startReplicas, type Replicas } from './support/replicas.js';

const CALLERS = 50;
/** Milliseconds that each disturbance lasts, and that is given to recover. */
const PHASE = 2500;
const audio = spokenAudio('mp3');

interface Tally {
  served: number;
  failures: string[];
  links: string[];
  /** Characters of all texts, each once. */
  characters: number;
}

describeWithProgram([...REDIS_PROGRAMS, ...CEPH_PROGRAMS], () => {
  let replicas: Replicas;
  let redis: RedisServer;
  let ceph: CephServer;
  let toRedis: FaultProxy;
  let toCeph: FaultProxy;
  beforeAll(async () => {
    [redis, ceph] = await Promise.all([RedisServer.start(), CephServer.start()]);
    toRedis = await FaultProxy.start(redis.url.replace('redis:', 'http:'));
    toCeph = await FaultProxy.start(ceph.endpoint);
    replicas = await startReplicas({
      REDIS_URL: toRedis.url.replace('http:', 'redis:'),
      S3_ENDPOINT: toCeph.url,
      S3_BUCKET: 'chaos',
      S3_ACCESS_KEY: ceph.accessKey,
      S3_SECRET_KEY: ceph.secretKey,
    });
  }, 240_000);
  afterAll(async () => {
    await replicas.close();
    await Promise.all([toRedis.close(), toCeph.close()]);
    await Promise.all([redis.stop(), ceph.stop()]);
  });

  /** Asks one replica after the other, as a balancer does when one does not answer; an answer is an answer. */
  async function ask(turn: number, body: object): Promise<Response & { whole: Buffer }> {
    for (let attempt = 0; ; attempt++) {
      const { url } = replicas.all[(turn + attempt) % 3]!;
      try {
        const response = await fetch(`${url}/v1/voice/speak`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        });
        return Object.assign(response, { whole: Buffer.from(await response.arrayBuffer()) });
      } catch (error) {
        // The process that was asked is gone.
        if (attempt >= 5) throw error;
      }
    }
  }

  async function call(turn: number, tally: Tally): Promise<void> {
    const text = newText();
    const stored = turn % 5 === 0;
    tally.characters += text.length;
    try {
      const { status, whole } = await ask(turn, { text, voice: 'alloy', agent: `a${turn}`, ...(stored && { delivery: 'url' }) });
      if (status !== 200) throw new Error(`${status} ${whole.toString().slice(0, 200)}`);
      if (stored) {
        const { url, audio: inline } = JSON.parse(whole.toString()) as { url: string | null; audio: { data: string } | null };
        if (url !== null) tally.links.push(url);
        else if (!Buffer.from(inline?.data ?? '', 'base64').equals(audio)) throw new Error('Neither a link nor the audio.');
      } else if (!whole.equals(audio)) throw new Error(`${whole.length} bytes are not the audio.`);
      tally.served++;
    } catch (error) {
      tally.failures.push(error instanceof Error ? error.message : String(error));
    }
  }

  it('an installation in which everything fails in turn fails no request, gives no dead link, and charges nothing twice', async () => {
    const { from, to } = daysFromNow();
    const tally: Tally = { served: 0, failures: [], links: [], characters: 0 };
    const ending = new AbortController();
    let turn = 0;
    const callers = Array.from({ length: CALLERS }, async () => {
      while (!ending.signal.aborted) {
        await call(turn++, tally);
        await sleep(50);
      }
    });
    const disturb = async (begin: () => unknown, end: () => unknown) => {
      await begin();
      await sleep(PHASE);
      await end();
      await sleep(PHASE);
    };
    await sleep(PHASE);
    await disturb(
      () => redis.pause(),
      () => redis.resume(),
    );
    await disturb(
      () => redis.kill(),
      () => redis.restart(),
    );
    await disturb(
      () => toRedis.blackHole(),
      () => toRedis.pass(),
    );
    await disturb(
      () => ceph.pause(),
      () => ceph.resume(),
    );
    await disturb(
      () => ceph.kill(),
      () => ceph.restart(),
    );
    await disturb(
      () => toCeph.blackHole(),
      () => toCeph.pass(),
    );
    await disturb(
      () => replicas.all[0].kill(),
      () => replicas.all[0].restart(),
    );
    ending.abort();
    await Promise.all(callers);
    expect(tally.failures).toEqual([]);
    expect(tally.served).toBeGreaterThan(CALLERS);
    expect(tally.links.length).toBeGreaterThan(0);
    const dead: number[] = [];
    for (const url of tally.links) {
      const response = await fetch(url);
      if (!response.ok || !Buffer.from(await response.arrayBuffer()).equals(audio)) dead.push(response.status);
    }
    expect(dead).toEqual([]);
    // What is charged is never more than what the vendor was asked for.
    const speech = replicas.vendor.calls.filter(({ path }) => path === '/v1/audio/speech');
    const asked = speech.reduce((sum, { body }) => sum + (JSON.parse(body.toString()) as { input: string }).input.length, 0);
    const usage = await fetch(`${replicas.all[1].url}/v1/usage?from=${from}&to=${to}&groupBy=provider`);
    const { data } = (await usage.json()) as { data: { provider: string; characters: number }[] };
    const charged = data.reduce((sum, { characters }) => sum + characters, 0);
    const { served, failures, links, characters } = tally;
    console.log(
      `${served} served, ${failures.length} failed, ${links.length} links, ${dead.length} of them dead; ` +
        `${characters} characters wanted, ${asked} asked for, ${charged} charged`,
    );
    expect(charged).toBeGreaterThan(0);
    expect(charged).toBeLessThanOrEqual(asked);
  }, 300_000);
});
