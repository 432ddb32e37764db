import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pcm16ToSamples } from '@parlance/audio';
import {
  CEPH_PROGRAMS,
  CephServer,
  describeWithProgram,
  eventually,
  freePort,
  OPENAI_KEY,
  readSentences,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  sentenceText,
  startSentenceStandIn,
  type StandIn,
} from '@parlance/testing';
import { Webhook } from 'standardwebhooks';
import { Receiver } from '../../apps/gateway/src/jobs/__fixtures__/receiver.js';
import { GatewayProcess } from './support/gateway-process.js';
import { held } from './support/held.js';

const secret = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
/** After which orchestrators end a process that was asked to. */
const ORCHESTRATOR_MILLISECONDS = 30_000;
const noTime = { PARLANCE_STOP_GRACE_MILLISECONDS: '1000' };
const RATE = 24_000;
const WAV_HEADER_BYTES = 44;
jest.setTimeout(180_000);

interface Job {
  status: string;
  result?: { url: string };
  error?: { code: string };
}

describe('a process that is told to stop while a job is running', () => {
  let vendor: StandIn;
  let receiver: Receiver;
  let directory: string;
  let environment: Record<string, string>;
  const gateways: GatewayProcess[] = [];
  beforeEach(async () => {
    [vendor, receiver] = await Promise.all([startSentenceStandIn(), Receiver.start()]);
    directory = mkdtempSync(join(tmpdir(), 'parlance-stopping-'));
    const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
    writeFileSync(
      join(directory, 'parlance.config.yaml'),
      JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }),
    );
    environment = {
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_SPEECH_PLAN: 'vendor',
      // The vendor may be silent for longer than the test takes.
      PARLANCE_FIRST_BYTE_MILLISECONDS: '600000',
      PARLANCE_DEADLINE_MILLISECONDS: '3600000',
      PARLANCE_WEBHOOK_SECRET: secret,
      PARLANCE_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
  });
  afterEach(async () => {
    await Promise.all(gateways.splice(0).map((gateway) => gateway.kill()));
    await Promise.all([vendor.close(), receiver.close()]);
    rmSync(directory, { recursive: true, force: true });
  });

  /** Without those that only warm the connection. */
  const calls = () => vendor.calls.filter(({ path }) => path === '/v1/audio/speech');
  const start = async (more: Readonly<Record<string, string>> = {}) => {
    const gateway = await GatewayProcess.start(directory, { ...environment, ...more });
    gateways.push(gateway);
    return gateway;
  };
  const post = ({ url }: GatewayProcess, sentences: readonly number[]) =>
    fetch(`${url}/v1/jobs/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: sentences.map(sentenceText).join(' '), voice: 'alloy', format: 'wav', webhook: { url: receiver.url } }),
    });
  /** A job whose first passage the vendor does not answer yet. */
  const begin = async (gateway: GatewayProcess, sentences: readonly number[]) => {
    const before = calls().length;
    const { id } = (await (await post(gateway, sentences)).json()) as { id: string };
    await eventually(() => Promise.resolve(calls().length > before), 'The job was not begun.', 20_000);
    return id;
  };
  const get = async ({ url }: GatewayProcess, id: string) => (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as Job;
  /** As an orchestrator does it. @returns the exit code; `undefined`: it had to be ended */
  const stop = async (gateway: GatewayProcess) => {
    const impatience = setTimeout(() => void gateway.kill(), ORCHESTRATOR_MILLISECONDS);
    const code = await gateway.stop();
    clearTimeout(impatience);
    return code;
  };
  /** Asks with a text of nothing: a job that is still taken would be one more. */
  const refuses = async (gateway: GatewayProcess) =>
    post(gateway, []).then(
      ({ status }) => status === 503,
      () => true,
    );
  const told = () => receiver.received.map(({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>));
  const heard = async (url: string) => {
    const wav = Buffer.from(await (await fetch(url)).arrayBuffer());
    return readSentences(pcm16ToSamples(wav.subarray(WAV_HEADER_BYTES)), RATE);
  };
  const longText = Array.from({ length: 24 }, (_, index) => index);

  describeWithProgram([...REDIS_PROGRAMS, ...CEPH_PROGRAMS], () => {
    let redis: RedisServer;
    let s3: CephServer;
    let shared: Record<string, string>;
    beforeAll(async () => {
      [redis, s3] = await Promise.all([RedisServer.start(), CephServer.start()]);
      const access = { S3_ENDPOINT: s3.endpoint, S3_ACCESS_KEY: s3.accessKey, S3_SECRET_KEY: s3.secretKey };
      shared = { REDIS_URL: redis.url, ...PATIENT_REDIS_ENVIRONMENT, ...access };
    });
    beforeEach(() => redis.command('FLUSHALL'));
    afterAll(() => Promise.all([redis.stop(), s3.stop()]));

    it('finishes it where there is time, takes nothing new, and ends in order', async () => {
      const first = await start(shared);
      const { fault, release } = held('late');
      vendor.fail(fault);
      const id = await begin(first, longText);
      const second = await start(shared);
      const stopped = stop(first);
      await eventually(() => refuses(first), 'It went on taking jobs.', 10_000);
      expect(await get(second, id)).toMatchObject({ status: 'running' });
      release();
      expect(await stopped).toBe(0);

      const { status, result } = await get(second, id);
      expect(status).toBe('completed');
      expect(await heard(result!.url)).toEqual(longText);
      const asked = calls().map(({ body }) => body.toString());
      expect(new Set(asked).size).toBe(asked.length);
      await eventually(() => Promise.resolve(receiver.received.length > 0), 'Its end was not told.', 20_000);
      expect(told()).toMatchObject([{ type: 'job.completed', data: { id } }]);
    });

    it('hands it to another where there is not', async () => {
      const first = await start({ ...shared, ...noTime });
      vendor.fail({ kind: 'hang' });
      const id = await begin(first, longText);
      const second = await start(shared);
      expect(await stop(first)).toBe(0);

      await eventually(async () => (await get(second, id)).status === 'completed', 'The other did not do it.', 30_000);
      expect(await heard((await get(second, id)).result!.url)).toEqual(longText);
      await eventually(() => Promise.resolve(receiver.received.length > 0), 'Its end was not told.', 20_000);
      // Whatever else might be told would be told before the end of a later job.
      const other = await begin(second, [999]);
      await eventually(() => Promise.resolve(receiver.received.length > 1), 'The other end was not told.', 20_000);
      expect(told()).toMatchObject([
        { type: 'job.completed', data: { id } },
        { type: 'job.completed', data: { id: other } },
      ]);
    });
  });

  it('ends in order while there is no Redis, which is not waited for', async () => {
    const gateway = await start({ REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect(await stop(gateway)).toBe(0);
  });

  it('finishes it before it ends when it is alone', async () => {
    const alone = await start();
    const { fault, release } = held('late');
    vendor.fail(fault);
    const id = await begin(alone, longText);
    const stopped = stop(alone);
    await eventually(() => refuses(alone), 'It went on taking jobs.', 10_000);
    release();
    expect(await stopped).toBe(0);
    expect(told()).toMatchObject([{ type: 'job.completed', data: { id } }]);
  });

  it('tells that it failed when it is alone and there is no time', async () => {
    const alone = await start(noTime);
    vendor.fail({ kind: 'hang' });
    const id = await begin(alone, longText);
    expect(await stop(alone)).toBe(0);
    expect(told()).toMatchObject([{ type: 'job.failed', data: { id, error: { code: 'server_stopped' } } }]);
  });
});
