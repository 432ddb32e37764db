import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually, GOOGLE_KEY, SPOKEN_TEXT, startGoogleStandIn, wordErrorRate, type GoogleStandIn } from '@parlance/testing';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { longSpeech, speech, spokenWords } from './support/recordings.js';

interface Job {
  id: string;
  status: string;
  progress: number;
  partialText?: string;
  result?: { text: string; duration: number; segments: { start: number }[]; trace: { segments: number; cache: string } };
}

describe('jobs', () => {
  let vendor: GoogleStandIn;
  let gateway: RunningGateway;
  let directory: string;
  beforeAll(async () => {
    vendor = await startGoogleStandIn();
    directory = mkdtempSync(join(tmpdir(), 'parlance-jobs-'));
    const file = join(directory, 'parlance.config.yaml');
    const options = { apiKey: GOOGLE_KEY, transcriptionBaseUrl: vendor.url };
    writeFileSync(file, JSON.stringify({ providers: [{ name: 'minute', provider: 'google', options }] }));
    gateway = await startGateway({ PARLANCE_CONFIG_FILE: file });
  });
  afterAll(async () => {
    await gateway.close();
    await vendor.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const post = (path: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}${path}`, { method: 'POST', headers: { 'content-type': 'audio/wav', ...headers }, body });
  const get = async (id: string) => (await (await fetch(`${gateway.url}/v1/jobs/${id}`)).json()) as Job;
  const calls = () => vendor.calls.filter(({ path }) => path.endsWith(':recognize')).length;

  it('hear an hour that its vendor takes a minute of at a time, and that nobody may wait for', async () => {
    const hour = longSpeech(3600);
    expect((await post('/v1/voice/transcribe?providers=minute', hour)).status).toBe(413);
    const answer = await post('/v1/jobs/transcriptions?providers=minute&language=en-US', hour);
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as Job;
    const seen: Job[] = [];
    await eventually(
      async () => {
        seen.push(await get(id));
        return !['queued', 'running'].includes(seen.at(-1)!.status);
      },
      'The hour was never heard.',
      120_000,
    );
    const { status, result, progress } = seen.at(-1)!;
    expect({ status, progress }).toEqual({ status: 'completed', progress: 1 });
    expect(calls()).toBeGreaterThanOrEqual(60);
    expect(calls()).toBeLessThanOrEqual(67);
    expect(result!.trace.segments).toBe(calls());
    expect(result!.text).toBe(Array<string>(calls()).fill(SPOKEN_TEXT).join(' '));
    expect(result!.duration).toBeCloseTo(3600, 0);
    const starts = result!.segments.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    const shares = seen.map((job) => job.progress);
    expect(shares).toEqual(shares.toSorted((one, other) => one - other));
  }, 180_000);

  it('hear speech with the embedded engine, and the same key gives the same job', async () => {
    const send = () => post('/v1/jobs/transcriptions?providers=local', new Uint8Array(speech), { 'idempotency-key': 'one-job' });
    const [first, second] = [(await (await send()).json()) as Job, (await (await send()).json()) as Job];
    expect(second.id).toBe(first.id);
    await eventually(async () => (await get(first.id)).status === 'completed', 'It was never heard.', 60_000);
    expect(wordErrorRate(spokenWords, (await get(first.id)).result!.text)).toBeLessThanOrEqual(0.1);
  });

  it('speech that is asked for again with its key comes from the cache', async () => {
    const ask = () =>
      fetch(`${gateway.url}/v1/audio/speech`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'one-speech' },
        body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: 'Paid for once.' }),
      });
    const once = await ask();
    const audio = Buffer.from(await once.arrayBuffer());
    const again = async () => {
      const twice = await ask();
      const same = Buffer.from(await twice.arrayBuffer()).equals(audio);
      return same && twice.headers.get('x-parlance-cache') === 'hit';
    };
    await eventually(again, 'It was made again.', 20_000);
    expect(once.headers.get('x-parlance-idempotency')).toBe('stored');
  });
});
