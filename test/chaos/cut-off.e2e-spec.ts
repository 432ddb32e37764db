import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  describeWithProgram,
  eventually,
  jsonBody,
  OPENAI_KEY,
  PATIENT_REDIS_ENVIRONMENT,
  REDIS_PROGRAMS,
  RedisServer,
  startChatStandIn,
  startOpenaiStandIn,
  type ChatStandIn,
  type StandIn,
} from '@parlance/testing';
import type { UsageRow } from '@parlance/voice';
import { AgentDirectory } from '../e2e/support/agents.js';
import { GatewayProcess } from './support/gateway-process.js';

const SENTENCE = 'This is said to somebody who hears no more than a half of it.';
const LONG_TEXT = Array.from({ length: 40 }, () => SENTENCE).join(' ');
const STOPPING = { message: 'The server is stopping. Try again.', code: 'stopping' };
jest.setTimeout(180_000);

interface Answer {
  status: number;
  text: string;
}

describeWithProgram(REDIS_PROGRAMS, () => {
  const agents = new AgentDirectory();
  let vendor: StandIn;
  let models: ChatStandIn;
  let redis: RedisServer;
  let directory: string;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    [vendor, models, redis] = await Promise.all([startOpenaiStandIn(), startChatStandIn(), RedisServer.start()]);
    directory = mkdtempSync(join(tmpdir(), 'parlance-cut-off-'));
    const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
    writeFileSync(
      join(directory, 'parlance.config.yaml'),
      JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }),
    );
    agents.write('speaker.json', { graph: 'echo', voice_settings: { enabled: true, intent_detection_mode: 'always' } });
    agents.write('thinker.json', { chat: { model: 'gpt-4o-mini', base_url: models.baseUrl, api_key: 'env:MODEL_KEY' } });
    gateway = await GatewayProcess.start(directory, {
      REDIS_URL: redis.url,
      ...PATIENT_REDIS_ENVIRONMENT,
      MODEL_KEY: OPENAI_KEY,
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_AGENTS_DIR: agents.path,
      PARLANCE_SPEECH_PLAN: 'vendor',
      PARLANCE_STOP_GRACE_MILLISECONDS: '1000',
      // The vendor may be silent for longer than the test takes.
      PARLANCE_IDLE_MILLISECONDS: '600000',
      PARLANCE_DEADLINE_MILLISECONDS: '3600000',
    });
  });
  beforeEach(async () => {
    await redis.command('FLUSHALL');
    vendor.reset();
    models.reset();
    vendor.fail(...Array.from({ length: 40 }, () => ({ kind: 'hang-mid-body' }) as const));
  });
  afterAll(async () => {
    await gateway.kill();
    await Promise.all([vendor.close(), models.close(), redis.stop()]);
    agents.remove();
    rmSync(directory, { recursive: true, force: true });
  });

  const calls = () => vendor.calls.filter(({ path }) => path === '/v1/audio/speech');
  const post = async (path: string, body: object, accept = '*/*'): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', accept };
    const response = await fetch(gateway.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: response.status, text: await response.text() };
  };
  /** What somebody is answered whom a stop cuts off, as soon as the vendor has answered the half; the next process runs then. */
  const cutOff = async (answer: Promise<Answer>, isUnderWay = () => calls().length > 0) => {
    const heard = answer.catch(() => 'cut off' as const);
    await eventually(() => Promise.resolve(isUnderWay()), 'The vendor was not asked.', 20_000);
    expect(await gateway.stop()).toBe(0);
    await gateway.restart();
    return heard;
  };
  const speak = (input: string) => post('/v1/audio/speech', { model: 'tts-1', voice: 'alloy', input });
  const turn = (agent: string, text: string, accept?: string) => post(`/v1/agents/${agent}/turns`, { text }, accept);

  it.each([
    ['speech that has begun', () => speak(SENTENCE)],
    ['a long text', () => speak(LONG_TEXT)],
    ['the reply of an agent', () => turn('speaker', LONG_TEXT)],
  ])('%s is counted, though a stop cuts it off', async (_what, ask) => {
    await cutOff(ask());
    const asked = calls().reduce((sum, call) => sum + (jsonBody(call) as { input: string }).input.length, 0);
    const { data } = (await (await fetch(`${gateway.url}/v1/usage?groupBy=provider`)).json()) as { data: UsageRow[] };
    expect(data).toMatchObject([{ provider: 'vendor', characters: asked, failed: 0 }]);
  });

  it.each([
    ['speech', () => speak(LONG_TEXT)],
    ['a reply that nobody has decided', () => turn('thinker', 'Hello?')],
  ])('who waits for %s is told that the server stops', async (_what, ask) => {
    models.answer([{ text: 'Too late.', hold: new Promise(() => undefined) }]);
    const answer = await cutOff(ask(), () => calls().length + models.asked.length > 0);
    expect(answer).toMatchObject({ status: 503, text: expect.stringContaining('"code":"stopping"') });
  });

  it('a reply whose speech is cut off is told, with the reason', async () => {
    const { status, text } = (await cutOff(turn('speaker', LONG_TEXT))) as Answer;
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({ text: LONG_TEXT, audio: null, error: STOPPING });
  });

  it('events of a reply end with the reason', async () => {
    const { text } = (await cutOff(turn('speaker', LONG_TEXT, 'text/event-stream'))) as Answer;
    const events = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, event]) => JSON.parse(event!) as object);
    expect(events).toMatchObject([
      { type: 'text', text: LONG_TEXT },
      { type: 'error', text: LONG_TEXT, error: STOPPING },
    ]);
  });
});
