import {
  CERTIFICATE_PROGRAMS,
  describeWithProgram,
  makeCertificate,
  PATIENT_REDIS,
  REDIS_PROGRAMS,
  RedisCluster,
  RedisSentinel,
  RedisServer,
  runTrusting,
  type Certificate,
} from '@parlance/testing';
import { RedisCacheStore } from './redis-cache-store.js';

/** The program may be short of time. */
const times = JSON.stringify(PATIENT_REDIS);

/** Prints what was set, and what a subscriber heard: each purpose has a connection of its own. */
const program = (url: string) => `
import { RedisCacheStore } from './redis-cache-store.js';
import { closeRedis, connectRedis, createRedis } from './redis-connection.js';
const url = ${JSON.stringify(url)};
const store = new RedisCacheStore(url, ${times});
await store.connect();
await store.set('first', Buffer.from('one'), 60);
await store.set('second', Buffer.from('two'), 60);
const values = await store.getMany(['first', 'second']);
const [subscriber, jobs] = [createRedis(url, 'subscriber', ${times}), createRedis(url, 'jobs')];
const heard = new Promise((resolve) => subscriber.once('message', (_channel, message) => resolve(message)));
await subscriber.subscribe('news');
await jobs.publish('news', 'three');
console.log(...values.map((value) => Buffer.from(value).toString()), await heard);
await Promise.all([store.close(), closeRedis(subscriber), closeRedis(jobs)]);
`;

/** Prints why nothing can be set. */
const failing = (url: string) => `
import { RedisCacheStore } from './redis-cache-store.js';
const store = new RedisCacheStore(${JSON.stringify(url)}, ${times});
await store.connect();
await store.set('key', Buffer.from('value'), 60).catch(({ message }) => console.log(message));
await store.close();
`;

describeWithProgram([...REDIS_PROGRAMS, ...CERTIFICATE_PROGRAMS], () => {
  let certificate: Certificate;
  const ends: (() => Promise<unknown>)[] = [];
  const ending = <Ending extends { stop(): Promise<void> }>(server: Ending) => {
    ends.push(() => server.stop());
    return server;
  };
  beforeAll(async () => {
    certificate = await makeCertificate();
  });
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  afterAll(() => certificate.remove());

  const attempt = async (url: string) => {
    const store = new RedisCacheStore(url);
    ends.push(() => store.close());
    await store.connect();
    return store.set('key', Buffer.from('value'), 60);
  };

  it.each([
    ['one server', () => RedisServer.start(undefined, certificate)],
    ['sentinels', () => RedisSentinel.start(1, certificate)],
    ['a cluster', () => RedisCluster.start(certificate)],
  ])('rediss reaches %s whose authority is trusted, and refuses it where it is not', async (_what, start) => {
    const { url } = ending(await start());
    expect(url).toMatch(/^rediss/);
    expect(await runTrusting(certificate, __dirname, program(url))).toBe('one two three');
    await expect(attempt(url)).rejects.toMatchObject({
      code: 'unavailable',
      reason: 'redis_unavailable',
      message: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
  });

  it('says that a certificate is for another name', async () => {
    const other = await makeCertificate('DNS:redis.example.com');
    ends.push(() => other.remove());
    // It begins with the certificate that the test itself asks it by.
    const server = ending(await RedisServer.start(undefined, certificate));
    await server.command('CONFIG', 'SET', 'tls-cert-file', other.certificateFile, 'tls-key-file', other.keyFile);
    expect(await runTrusting(other, __dirname, failing(server.url))).toContain('for another name');
  });
});
