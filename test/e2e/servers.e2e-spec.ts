import { sniffFormat } from '@parlance/audio';
import { CEPH_PROGRAMS, CephServer, describeWithProgram, eventually, REDIS_PROGRAMS, RedisServer } from '@parlance/testing';
import { startGateway, type RunningGateway } from './support/gateway.js';

describeWithProgram([...REDIS_PROGRAMS, ...CEPH_PROGRAMS], () => {
  let redis: RedisServer;
  let s3: CephServer;
  let environment: Record<string, string>;
  const gateways: RunningGateway[] = [];
  beforeAll(async () => {
    [redis, s3] = await Promise.all([RedisServer.start(), CephServer.start()]);
    const { endpoint, accessKey, secretKey } = s3;
    environment = { REDIS_URL: redis.url, S3_ENDPOINT: endpoint, S3_ACCESS_KEY: accessKey, S3_SECRET_KEY: secretKey };
    gateways.push(await startGateway(environment), await startGateway(environment));
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await Promise.all([redis.stop(), s3.stop()]);
  });

  const post = ({ url }: RunningGateway, path: string, body: object) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

  async function speak(gateway: RunningGateway, input: string): Promise<{ status: number; cache: string | null; audio: Buffer }> {
    const response = await post(gateway, '/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input, response_format: 'mp3' });
    return { status: response.status, cache: response.headers.get('x-parlance-cache'), audio: Buffer.from(await response.arrayBuffer()) };
  }

  const store = (gateway: RunningGateway, text: string) => post(gateway, '/v1/voice/speak', { text, format: 'opus', delivery: 'url' });

  it('what one process has spoken another one has in its cache', async () => {
    const [one, two] = gateways as [RunningGateway, RunningGateway];
    const made = await speak(one, 'Spoken once, heard twice.');
    expect(made).toMatchObject({ status: 200, cache: 'miss' });
    // It is kept when its last byte has been made, which is not before that was sent.
    await eventually(async () => Number(await redis.command('DBSIZE')) > 0, 'Nothing came into Redis.');
    const again = await speak(two, 'Spoken once, heard twice.');
    expect(again).toMatchObject({ status: 200, cache: 'hit' });
    expect(again.audio.equals(made.audio)).toBe(true);
  });

  it('stored speech is behind a link of the S3 server', async () => {
    const response = await store(gateways[0]!, 'Kept in a bucket.');
    const stored = (await response.json()) as { url: string; file: { sizeBytes: number; bucket: string } };
    expect(stored).toMatchObject({ url: expect.stringContaining(`${s3.endpoint}/parlance/voice/speech/`), file: { bucket: 'parlance' } });
    const got = await fetch(stored.url);
    const audio = new Uint8Array(await got.arrayBuffer());
    expect(got.headers.get('content-type')).toBe('audio/ogg');
    expect(audio.byteLength).toBe(stored.file.sizeBytes);
    expect(sniffFormat(audio)).toBe('ogg-opus');
    expect(
      (await fetch(stored.url.replace(/(X-Amz-Signature=)(.)/, (_all, name, first) => `${name}${first === '0' ? '1' : '0'}`))).status,
    ).toBe(403);
  });

  it('speech is served while Redis is silent and S3 is gone, and everything comes back by itself', async () => {
    const [one, two] = gateways as [RunningGateway, RunningGateway];
    await redis.pause();
    await s3.kill();
    const health = async () => (await (await fetch(`${one.url}/health/ready`)).json()) as { status: string; details: { shared: object } };
    await eventually(async () => (await health()).status === 'degraded', 'Health did not tell.', 20_000);
    expect((await health()).details.shared).toMatchObject({ status: 'degraded', redis: 'away', objectStore: 'away' });
    const made = await speak(one, 'Nobody is there.');
    expect(made).toMatchObject({ status: 200, cache: 'miss' });
    expect(sniffFormat(made.audio)).toBe('mp3');
    await eventually(async () => (await speak(one, 'Nobody is there.')).cache === 'hit', 'Memory did not keep it.', 20_000);
    const refused = await store(one, 'It cannot be kept.');
    expect({ status: refused.status, body: await refused.json() }).toMatchObject({
      status: 503,
      body: { error: { type: expect.any(String), code: 's3_unavailable' } },
    });

    redis.resume();
    await s3.restart();
    const shared = async () => {
      const text = `Again ${Math.random()}.`;
      await speak(one, text);
      return (await speak(two, text)).cache === 'hit';
    };
    await eventually(shared, 'The cache did not come back.', 30_000);
    expect((await store(one, 'It can be kept.')).status).toBe(200);
    await eventually(async () => (await health()).status === 'ok', 'Health did not recover.', 20_000);
  });
});
