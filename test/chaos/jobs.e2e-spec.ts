import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWithProgram,
  eventually,
  OPENAI_KEY,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  SPOKEN_TEXT,
  spokenAudio,
  startOpenaiStandIn,
  type StandIn,
} from '@parlance/testing';
import { Webhook } from 'standardwebhooks';
import { Receiver } from '../../apps/gateway/src/jobs/__fixtures__/receiver.js';
import { GatewayProcess } from './support/gateway-process.js';

const secret = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
/** A lost job is looked for twice, each time after its lock: longer than anything else here takes. */
const PATIENCE_MILLISECONDS = 100_000;
jest.setTimeout(180_000);

describeWithProgram(REDIS_PROGRAMS, () => {
  let redis: RedisServer;
  let vendor: StandIn;
  let receiver: Receiver;
  let directory: string;
  let environment: Record<string, string>;
  const gateways: GatewayProcess[] = [];
  beforeAll(async () => {
    [redis, vendor, receiver] = await Promise.all([RedisServer.start(), startOpenaiStandIn(), Receiver.start()]);
    directory = mkdtempSync(join(tmpdir(), 'parlance-jobs-'));
    const file = join(directory, 'parlance.config.yaml');
    const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
    writeFileSync(file, JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }));
    environment = {
      REDIS_URL: redis.url,
      ...PATIENT_REDIS_ENVIRONMENT,
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_CONFIG_FILE: file,
      PARLANCE_TRANSCRIPTION_PLAN: 'vendor',
      // The vendor may be silent for longer than the test takes.
      PARLANCE_FIRST_BYTE_MILLISECONDS: '600000',
      PARLANCE_DEADLINE_MILLISECONDS: '3600000',
      PARLANCE_WEBHOOK_SECRET: secret,
      PARLANCE_WEBHOOK_ALLOW_PRIVATE: 'true',
    };
  });
  afterAll(async () => {
    await Promise.all(gateways.map((gateway) => gateway.kill()));
    await Promise.all([redis.stop(), vendor.close(), receiver.close()]);
    rmSync(directory, { recursive: true, force: true });
  });

  /** Without those that only warm the connection. */
  const calls = () => vendor.calls.filter(({ path }) => path === '/v1/audio/transcriptions').length;
  const start = async () => {
    const gateway = await GatewayProcess.start(directory, environment);
    gateways.push(gateway);
    return gateway;
  };
  const post = async ({ url }: GatewayProcess) => {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(spokenAudio('wav'))]), 'speech.wav');
    form.append('webhook', receiver.url);
    // Each is another request: what the cache has would need no vendor.
    form.append('prompt', `number ${calls()}`);
    const response = await fetch(`${url}/v1/jobs/transcriptions`, { method: 'POST', body: form });
    expect(response.status).toBe(202);
    return ((await response.json()) as { id: string }).id;
  };
  const get = async ({ url }: GatewayProcess, id: string) =>
    (await (await fetch(`${url}/v1/jobs/${id}`)).json()) as { status: string; result?: { text: string } };

  it('26: a job whose process is killed in its middle is done by another, once, and told of once', async () => {
    const first = await start();
    vendor.fail({ kind: 'hang' });
    const id = await post(first);
    await eventually(() => Promise.resolve(calls() === 1), 'The job was never begun.', 20_000);
    const second = await start();
    expect(await get(second, id)).toMatchObject({ status: 'running' });
    await first.kill();

    await eventually(async () => (await get(second, id)).status === 'completed', 'Nobody took it over.', PATIENCE_MILLISECONDS);
    await eventually(() => Promise.resolve(receiver.received.length > 0), 'Its end was not told.', 20_000);
    expect((await get(second, id)).result).toMatchObject({ text: SPOKEN_TEXT });
    expect(calls()).toBe(2);
    const results = readdirSync(join(directory, 'data'), { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes(id) && name.includes('result'),
    );
    expect(results).toHaveLength(1);

    // Another job goes its way, and nothing more is told of the first.
    const other = await post(second);
    await eventually(() => Promise.resolve(receiver.received.length > 1), 'The other was not told of.', 20_000);
    const told = receiver.received.map(({ body, headers }) => new Webhook(secret).verify(body, headers as Record<string, string>));
    expect(told).toMatchObject([
      { type: 'job.completed', data: { id, result: { text: SPOKEN_TEXT } } },
      { type: 'job.completed', data: { id: other } },
    ]);
  });

  it('25: a process that is stopped ends in order, and another has what it did', async () => {
    const before = calls();
    const running = gateways.at(-1)!;
    const id = await post(running);
    await eventually(async () => (await get(running, id)).status === 'completed', 'It was not done.', 20_000);
    expect(calls()).toBe(before + 1);
    const next = await start();
    await running.stop();
    const after = await post(next);
    await eventually(async () => (await get(next, after)).status === 'completed', 'The other did not go on.', 20_000);
    expect((await get(next, id)).status).toBe('completed');
  });
});
