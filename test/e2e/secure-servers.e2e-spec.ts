import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sniffFormat } from '@parlance/audio';
import {
  CEPH_PROGRAMS,
  CephServer,
  CERTIFICATE_PROGRAMS,
  describeWithProgram,
  eventually,
  makeCertificate,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  TlsFront,
  type Certificate,
} from '@parlance/testing';
import { GatewayProcess } from '../chaos/support/gateway-process.js';

describeWithProgram([...REDIS_PROGRAMS, ...CEPH_PROGRAMS, ...CERTIFICATE_PROGRAMS], () => {
  let certificate: Certificate;
  let redis: RedisServer;
  let s3: CephServer;
  let front: TlsFront;
  let directory: string;
  const gateways: GatewayProcess[] = [];
  beforeAll(async () => {
    certificate = await makeCertificate();
    [redis, s3] = await Promise.all([RedisServer.start(undefined, certificate), CephServer.start()]);
    front = await TlsFront.start(s3.endpoint, certificate);
    directory = mkdtempSync(join(tmpdir(), 'parlance-tls-'));
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await front.close();
    await Promise.all([redis.stop(), s3.stop(), certificate.remove()]);
    rmSync(directory, { recursive: true, force: true });
  });

  const start = async (name: string, more: Readonly<Record<string, string>>) => {
    const gateway = await GatewayProcess.start(directory, {
      REDIS_URL: redis.url,
      S3_ENDPOINT: front.url,
      S3_ACCESS_KEY: s3.accessKey,
      S3_SECRET_KEY: s3.secretKey,
      PARLANCE_DATA_DIR: join(directory, name),
      ...more,
    });
    gateways.push(gateway);
    return gateway;
  };
  const post = ({ url }: GatewayProcess, path: string, body: object) =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const speak = async (gateway: GatewayProcess) => {
    const response = await post(gateway, '/v1/audio/speech', {
      model: 'tts-1',
      voice: 'alloy',
      input: 'Over TLS.',
      response_format: 'mp3',
    });
    return { cache: response.headers.get('x-parlance-cache'), audio: Buffer.from(await response.arrayBuffer()) };
  };
  const health = async ({ url }: GatewayProcess) =>
    (await (await fetch(`${url}/health/ready`)).json()) as { details: { shared: Record<string, string> } };

  it('processes that trust the authority share the cache over rediss, give links that are https, and do jobs', async () => {
    const trusting = { NODE_EXTRA_CA_CERTS: certificate.authorityFile, ...PATIENT_REDIS_ENVIRONMENT };
    const [one, two] = [await start('one', trusting), await start('two', trusting)];
    const made = await speak(one);
    expect(made.cache).toBe('miss');
    await eventually(async () => (await speak(two)).cache === 'hit', 'The other process has not what was made.');
    expect((await speak(two)).audio.equals(made.audio)).toBe(true);

    const stored = await post(one, '/v1/voice/speak', { text: 'Kept over TLS.', format: 'opus', delivery: 'url' });
    const { url, file } = (await stored.json()) as { url: string; file: { sizeBytes: number } };
    expect(new URL(url).origin).toBe(front.url);
    const opened = await open(url, certificate);
    expect(opened).toHaveLength(file.sizeBytes);
    expect(sniffFormat(opened)).toBe('ogg-opus');

    const { id } = (await (await post(one, '/v1/jobs/speech', { text: 'Done by a job.' })).json()) as { id: string };
    const status = async () => ((await (await fetch(`${two.url}/v1/jobs/${id}`)).json()) as { status: string }).status;
    await eventually(async () => (await status()) === 'completed', 'The job was not done.', 30_000);
  });

  it('a process that does not trust it serves all the same, and tells that both are away', async () => {
    const stranger = await start('stranger', {});
    expect(sniffFormat((await speak(stranger)).audio)).toBe('mp3');
    expect((await health(stranger)).details.shared).toMatchObject({ redis: 'away', objectStore: 'away' });
  });
});

function open(url: string, { authority: ca }: Certificate): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => resolve(Buffer.concat(parts))).on('error', reject);
    });
    sent.on('error', reject).end();
  });
}
