import { S3ObjectStore } from '@parlance/storage';
import {
  CEPH_PROGRAMS,
  CephServer,
  describeWithProgram,
  eventually,
  FaultProxy,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  spokenAudio,
} from '@parlance/testing';
import { newText } from './support/ask.js';
import { startFleet, type Fleet } from './support/fleet.js';

const BUCKET = 'cached';
const audio = spokenAudio('mp3');

interface Report {
  stale: number;
  memory: { bytesServed: number };
  redis: { state: string; hits: number; bytes: number };
  objects: { hits: number; misses: number; errors: number; bytesServed: number; bytesWritten: number };
}

/** Two processes that share Redis and S3; all speech is large for them. */
describeWithProgram([...REDIS_PROGRAMS, ...CEPH_PROGRAMS], () => {
  let redis: RedisServer;
  let ceph: CephServer;
  let network: FaultProxy;
  let store: S3ObjectStore;
  let one: Fleet;
  let two: Fleet;
  beforeAll(async () => {
    [redis, ceph] = await Promise.all([RedisServer.start(), CephServer.start()]);
    network = await FaultProxy.start(ceph.endpoint);
    const { accessKey, secretKey } = ceph;
    const environment = {
      REDIS_URL: redis.url,
      // Redis is never away here; a machine that is short of time must not make it look so.
      ...PATIENT_REDIS_ENVIRONMENT,
      S3_ENDPOINT: network.url,
      S3_BUCKET: BUCKET,
      S3_ACCESS_KEY: accessKey,
      S3_SECRET_KEY: secretKey,
      PARLANCE_CACHE_OBJECT_BYTES: '1024',
      PARLANCE_CACHE_SHARED_TENANTS: 'acme,beta',
    };
    one = await startFleet({ environment });
    two = await startFleet({ environment, beside: one });
    store = new S3ObjectStore({ endpoint: ceph.endpoint, region: 'us-east-1', bucket: BUCKET, accessKey, secretKey });
  }, 60_000);
  beforeEach(() => one.reset());
  afterAll(async () => {
    await two.close();
    await one.close();
    store.close();
    await network.close();
    await Promise.all([redis.stop(), ceph.stop()]);
  });

  const speak = async ({ url }: Fleet, text: string, tenant?: string) => {
    const response = await fetch(`${url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, voice: 'alloy', ...(tenant !== undefined && { tenant }) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    return { status: response.status, cache: response.headers.get('x-parlance-cache'), whole: bytes.equals(audio) };
  };
  const report = async ({ url }: Fleet) => (await (await fetch(`${url}/v1/cache`)).json()) as Report;
  const calls = () => one.first.standIn.calls.length;
  const entries = async () => (await redis.command('KEYS', 'parlance:cache:*')) as readonly string[];
  const objects = async () => {
    const keys: string[] = [];
    for await (const { key } of store.list('cache/')) keys.push(key);
    return keys;
  };
  const isKept = (text: string) => eventually(async () => (await speak(two, text)).cache === 'hit', 'It was not kept.', 20_000);
  /** Uses S3 again. */
  const recovered = async (fleet: Fleet) => {
    const written = async () => (await report(fleet)).objects.bytesWritten;
    const before = await written();
    const again = async () => {
      await speak(fleet, newText());
      return (await written()) > before;
    };
    await eventually(again, 'S3 was not used again.', 30_000);
  };
  const made = { status: 200, cache: 'miss', whole: true };

  it('what one has made the other one serves out of S3, and Redis has only where it lies', async () => {
    const text = newText();
    const before = await report(two);
    expect(await speak(one, text)).toEqual(made);
    await eventually(async () => (await entries()).length === 1, 'Nothing came into Redis.');
    expect(Number(await redis.command('STRLEN', (await entries())[0]!))).toBeLessThan(500);
    expect(await objects()).toEqual([expect.stringMatching(/^cache\/speech\/default\/_\//)]);
    expect(await speak(two, text)).toEqual({ ...made, cache: 'hit' });
    expect(calls()).toBe(1);
    const after = await report(two);
    expect(after.objects).toMatchObject({ hits: before.objects.hits + 1, bytesServed: before.objects.bytesServed + audio.length });
    expect(after.redis.hits).toBe(before.redis.hits + 1);
    expect(after).toMatchObject({ stale: before.stale, redis: { state: 'ready', bytes: expect.any(Number) } });
    expect((await report(one)).objects.bytesWritten).toBe(audio.length);
  });

  it('it is made anew when its object is gone, and served again from then on', async () => {
    const text = newText();
    await speak(one, text);
    await isKept(text);
    for (const key of await objects()) await store.delete(key);
    const { stale } = await report(two);
    expect(await speak(two, text)).toEqual(made);
    expect(calls()).toBe(2);
    expect((await report(two)).stale).toBeGreaterThan(stale);
    await eventually(async () => (await objects()).length === 1, 'It was not stored anew.');
    expect(await speak(one, text)).toEqual({ ...made, cache: 'hit' });
    expect(calls()).toBe(2);
  });

  it.each([
    ['refuses', () => network.refuse()],
    ['is silent', () => network.blackHole()],
    ['sends rubbish', () => network.garble()],
    ['breaks off', () => network.cutAfter(40)],
  ])(
    'it is made anew while S3 %s, and is kept in Redis meanwhile',
    async (_what, fail) => {
      const text = newText();
      await speak(one, text);
      await isKept(text);
      await fail();
      expect(await speak(two, text)).toEqual(made);
      expect(calls()).toBe(2);
      await isKept(text);
      expect((await report(two)).objects.errors).toBeGreaterThan(0);
      expect(await speak(one, text)).toMatchObject({ status: 200, whole: true });
      await network.pass();
      await Promise.all([one, two].map((fleet) => recovered(fleet)));
    },
    60_000,
  );

  it('tenants share it where that is configured, and nobody else does', async () => {
    const text = newText();
    expect(await speak(one, text, 'acme')).toEqual(made);
    await eventually(async () => (await speak(two, text, 'beta')).cache === 'hit', 'It was not shared.');
    const before = calls();
    expect(await speak(one, text, 'gamma')).toEqual(made);
    expect(await speak(one, text)).toEqual(made);
    expect(calls()).toBe(before + 2);
  });
});
