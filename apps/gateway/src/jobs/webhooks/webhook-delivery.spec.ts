import { ParlanceError } from '@parlance/contracts';
import { describeWithRedis, eventually, PATIENT_REDIS_ENVIRONMENT } from '@parlance/testing';
import { Webhook } from 'standardwebhooks';
import { startFakeGateway, type FakeGateway } from '../../__fixtures__/fake-gateway.js';
import { transcription } from '../../__fixtures__/fake-voice.js';
import { postForm, postJson } from '../../__fixtures__/post.js';
import { Receiver } from '../__fixtures__/receiver.js';

const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;

describe('webhooks of jobs in the process', () => {
  describeDelivery({});
});

describeWithRedis((url) => {
  describe('webhooks of jobs in Redis', () => {
    describeDelivery({
      get REDIS_URL() {
        return url();
      },
      ...PATIENT_REDIS_ENVIRONMENT,
    });
  });
});

function describeDelivery(environment: Readonly<Record<string, string>>): void {
  let gateway: FakeGateway;
  let receiver: Receiver;
  beforeAll(async () => {
    gateway = await startFakeGateway({ ...environment, PARLANCE_WEBHOOK_SECRET: secret, PARLANCE_WEBHOOK_ALLOW_PRIVATE: 'true' });
  });
  afterAll(() => gateway.close());
  beforeEach(async () => {
    gateway.voice.reset();
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.close());

  const first = async () => {
    await eventually(() => Promise.resolve(receiver.received.length > 0), 'Nothing was told.', 20_000);
    const { headers, body } = receiver.received[0]!;
    return { headers, message: new Webhook(secret).verify(body, headers as Record<string, string>) as Record<string, unknown> };
  };

  it('tell of a transcript, signed', async () => {
    const hook = ['webhook', `${receiver.url}/hook`] as const;
    const { json } = await postForm(`${gateway.url}/v1/jobs/transcriptions`, ['file', Buffer.from('sound'), 'a.ogg'], hook);
    const { headers, message } = await first();
    const job = (await (await fetch(`${gateway.url}/v1/jobs/${json['id'] as string}`)).json()) as Record<string, unknown>;
    expect(message).toEqual({ type: 'job.completed', timestamp: job['finishedAt'], data: job });
    expect(job).toMatchObject({ status: 'completed', result: { text: transcription.text } });
    expect(headers['webhook-id']).toBe(`msg_${(json['id'] as string).slice(4)}`);
    const counted = async () => (await fetch(`${gateway.url}/metrics`)).text();
    await eventually(async () => (await counted()).includes('parlance_webhooks_total{outcome="delivered"} 1\n'), 'It is not counted.');
    expect(await counted()).toContain('parlance_jobs_total{kind="transcription",state="completed"} 1\n');
    expect((await counted()).includes('parlance_server_up{server="redis"} 1\n')).toBe(environment['REDIS_URL'] !== undefined);
  });

  it('tell of speech without a link to it', async () => {
    await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Hello', webhook: { url: receiver.url } });
    const { message } = await first();
    expect(message).toMatchObject({ type: 'job.completed', data: { kind: 'speech', result: { file: { id: 'f' } } } });
    expect(JSON.stringify(message)).not.toMatch(/"(url|expiresAt)"/);
  });

  it('tell of a failure', async () => {
    gateway.voice.speakToFile = () => Promise.reject(new ParlanceError('quota', 'Nothing left.', { provider: 'x' }));
    await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Hello', webhook: { url: receiver.url } });
    const { message } = await first();
    expect(message).toMatchObject({
      type: 'job.failed',
      data: { status: 'failed', error: { message: 'Nothing left.', type: 'rate_limit_error' } },
    });
  });

  it('tell nothing more to who answers 410', async () => {
    receiver.answers.push(410);
    await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'One', webhook: { url: receiver.url } });
    await first();
    await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Two', webhook: { url: receiver.url } });
    await eventually(() => Promise.resolve(receiver.received.length > 1), 'The other was not told.', 20_000);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('tell nothing of a job that was cancelled', async () => {
    gateway.voice.speakToFile = (_, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('left'))));
    const { json } = await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'One', webhook: { url: receiver.url } });
    await fetch(`${gateway.url}/v1/jobs/${json['id'] as string}`, { method: 'DELETE' });
    gateway.voice.reset();
    await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'Two', webhook: { url: receiver.url } });
    await first();
    expect(receiver.received.map(({ body }) => (JSON.parse(body) as { data: { id: string } }).data.id)).not.toContain(json['id']);
  });

  it('go to no address that is none', async () => {
    const answer = await postJson(`${gateway.url}/v1/jobs/speech`, { text: 'x', webhook: { url: 'gopher://example.com' } });
    expect(answer).toMatchObject({ status: 400, json: { error: { param: 'webhook.url', code: 'invalid_webhook_url' } } });
  });
}
