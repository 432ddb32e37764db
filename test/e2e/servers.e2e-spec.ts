import { sniffFormat } from '@parlance/audio';
import { CEPH_PROGRAMS, CephServer, describeWithProgram, eventually, REDIS_PROGRAMS, RedisServer, wordErrorRate } from '@parlance/testing';
import { speech, spokenWords } from './support/recordings.js';
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

  it('a recording is uploaded to the S3 server past the gateway, and transcribed by its id in another process', async () => {
    const [one, two] = gateways as [RunningGateway, RunningGateway];
    const prepared = await (await post(one, '/v1/files', { filename: 'Grüße.wav', sizeBytes: speech.length })).json();
    const { id, upload } = prepared as { id: string; upload: { url: string; headers: Record<string, string> } };
    expect(upload.url).toContain(`${s3.endpoint}/parlance/voice/recording/default/_/`);
    const send = (body: Uint8Array, url = upload.url) =>
      fetch(url, { method: 'PUT', headers: { ...upload.headers, 'content-length': String(body.length) }, body: Uint8Array.from(body) });
    expect((await send(speech.subarray(1))).status).toBe(403);
    expect((await send(speech, upload.url.replace('/default/', '/acme/'))).status).toBe(403);
    expect((await fetch(upload.url)).status).toBe(403);
    expect((await send(speech)).status).toBe(200);

    const file = await (await fetch(`${two.url}/v1/files/${id}`)).json();
    expect(file).toMatchObject({ originalFilename: 'Grüße.wav', mediaType: 'audio/wav', sizeBytes: speech.length, durationSeconds: 11 });
    const { url } = (await (await fetch(`${two.url}/v1/files/${id}/url`)).json()) as { url: string };
    const opened = await fetch(url);
    expect(opened.headers.get('content-disposition')).toContain("filename*=UTF-8''Gr%C3%BC%C3%9Fe.wav");
    await opened.arrayBuffer();
    const { text } = (await (await post(two, '/v1/voice/transcribe', { fileId: id })).json()) as { text: string };
    expect(wordErrorRate(spokenWords, text)).toBeLessThan(0.3);

    expect((await fetch(`${one.url}/v1/files/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await fetch(`${two.url}/v1/files/${id}/url`)).status).toBe(404);
    expect((await fetch(url)).status).toBe(404);
  });

  it('speech is served while Redis is silent and S3 is gone, and everything comes back by itself', async () => {
    const [one, two] = gateways as [RunningGateway, RunningGateway];
    await redis.pause();
    await s3.kill();
    const health = async () => (await (await fetch(`${one.url}/health/ready`)).json()) as { details: { shared: Record<string, string> } };
    // The two are not noticed at the same moment.
    const isAway = async (server: string) => (await health()).details.shared[server] === 'away';
    await eventually(async () => (await isAway('redis')) && (await isAway('objectStore')), 'Health did not tell.', 20_000);
    expect((await health()).details.shared).toMatchObject({ status: 'degraded', redis: 'away', objectStore: 'away' });
    const made = await speak(one, 'Nobody is there.');
    expect(made).toMatchObject({ status: 200, cache: 'miss' });
    expect(sniffFormat(made.audio)).toBe('mp3');
    await eventually(async () => (await speak(one, 'Nobody is there.')).cache === 'hit', 'Memory did not keep it.', 20_000);
    const inline = await store(one, 'It cannot be kept.');
    const body = (await inline.json()) as { audio: { data: string } };
    expect({ status: inline.status, body }).toMatchObject({
      status: 200,
      body: { file: null, url: null, warnings: [{ code: 'storage_unavailable' }] },
    });
    expect(sniffFormat(Buffer.from(body.audio.data, 'base64'))).toBe('ogg-opus');

    redis.resume();
    await s3.restart();
    const shared = async () => {
      const text = `Again ${Math.random()}.`;
      await speak(one, text);
      return (await speak(two, text)).cache === 'hit';
    };
    await eventually(shared, 'The cache did not come back.', 30_000);
    const linked = async () => ((await (await store(one, 'It can be kept.')).json()) as { url: string | null }).url !== null;
    await eventually(linked, 'The store did not come back.', 30_000);
    await eventually(async () => (await health()).details.shared['status'] === 'up', 'Health did not recover.', 20_000);
  });
});
