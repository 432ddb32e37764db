import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eventually, OPENAI_KEY, sentenceText, startSentenceStandIn, type StandIn } from '@parlance/testing';
import { privateWords } from '../e2e/support/private-words.js';
import { GatewayProcess } from './support/gateway-process.js';
import { held } from './support/held.js';

const PRIVATE = 'what somebody has said in confidence';

/** Fails outside of every request, as code does that is called by the system, once there is a file of that name. */
const FAULT = `
import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const watch = () => {
  if (!existsSync('fail')) return;
  clearInterval(timer);
  throw new SyntaxError('Unexpected token in "${PRIVATE}"');
};
const timer = isMainThread ? setInterval(watch, 20) : undefined;
timer?.unref();
`;

jest.setTimeout(120_000);

describe('a fault that nobody foresaw', () => {
  let vendor: StandIn;
  let directory: string;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    privateWords.add(PRIVATE);
    vendor = await startSentenceStandIn();
    directory = mkdtempSync(join(tmpdir(), 'parlance-unforeseen-'));
    const options = { server: 'openai', apiKey: OPENAI_KEY, baseUrl: `${vendor.url}/v1` };
    writeFileSync(
      join(directory, 'parlance.config.yaml'),
      JSON.stringify({ providers: [{ name: 'vendor', provider: 'openai-compatible', options }] }),
    );
    writeFileSync(join(directory, 'fault.mjs'), FAULT);
    gateway = await GatewayProcess.start(directory, {
      NODE_OPTIONS: `--import=${pathToFileURL(join(directory, 'fault.mjs')).href}`,
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_SPEECH_PLAN: 'vendor',
    });
  });
  afterAll(async () => {
    await gateway.kill();
    await vendor.close();
    rmSync(directory, { recursive: true });
  });

  it('ends the process in order: what is under way is answered, and the log says what it was, but not its words', async () => {
    const calls = () => vendor.calls.filter(({ path }) => path === '/v1/audio/speech').length;
    const { fault, release } = held('late');
    vendor.fail(fault);
    const answer = fetch(`${gateway.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: sentenceText(0), response_format: 'wav' }),
    });
    await eventually(() => Promise.resolve(calls() === 1), 'The vendor is not asked.');
    writeFileSync(join(directory, 'fail'), '');
    await eventually(() => Promise.resolve(gateway.log.text.includes('"level":"fatal"')), 'Nothing fails.');
    release();
    const response = await answer;
    expect(response.status).toBe(200);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(1000);
    expect(await gateway.ended()).toBe(1);
    const line = gateway.log.text.split('\n').find((one) => one.includes('"level":"fatal"'));
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'fatal',
      context: 'Gateway',
      error: { name: 'SyntaxError', places: expect.arrayContaining([expect.stringContaining('fault.mjs')]) as string[] },
    });
  });
});
