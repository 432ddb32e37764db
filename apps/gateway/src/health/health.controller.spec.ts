import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFakeGateway } from '../__fixtures__/fake-gateway.js';
import { FakeVoice } from '../__fixtures__/fake-voice.js';
import { answerOf } from '../__fixtures__/post.js';

describe('/health', () => {
  it('is alive at once, and ready when the engines are loaded', async () => {
    const voice = new FakeVoice();
    let loaded = (): void => undefined;
    voice.ready = new Promise<void>((resolve) => {
      loaded = resolve;
    });
    const gateway = await startFakeGateway({}, voice);
    const status = async (probe: string): Promise<number> => (await answerOf(fetch(`${gateway.url}/health/${probe}`))).status;
    expect([await status('live'), await status('ready'), await status('startup')]).toEqual([200, 503, 503]);
    loaded();
    await voice.ready;
    expect([await status('live'), await status('ready'), await status('startup')]).toEqual([200, 200, 200]);
    await gateway.close();
  });

  it('tells which configured models will end, and stays ready', async () => {
    const voice = new FakeVoice();
    voice.retiring = [{ vendor: 'v', account: 'a', model: 'm', retires: '2027-01-06', daysLeft: 40, successor: 'n' }];
    const gateway = await startFakeGateway({}, voice);
    const answer = await answerOf(fetch(`${gateway.url}/health/ready`));
    const retiring = [{ model: 'a/m', retires: '2027-01-06', daysLeft: 40, successor: 'n' }];
    expect(answer).toMatchObject({ status: 200, json: { details: { models: { status: 'up', retiring } } } });
    await gateway.close();
  });

  it('tells which files of agents are broken, and stays ready', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-agents-'));
    writeFileSync(join(directory, 'broken.yaml'), 'tenant: [1]\n');
    writeFileSync(join(directory, 'good.yaml'), 'name: Good\n');
    const gateway = await startFakeGateway({ PARLANCE_AGENTS_DIR: directory });
    const answer = await answerOf(fetch(`${gateway.url}/health/ready`));
    expect(answer).toMatchObject({
      status: 200,
      json: { status: 'degraded', details: { agents: { status: 'degraded', files: ['broken.yaml'] } } },
    });
    await gateway.close();
    rmSync(directory, { recursive: true });
  });

  it('stays unready when the engines cannot be loaded, and does not say why to everybody', async () => {
    const voice = new FakeVoice();
    voice.ready = Promise.reject(new Error('a path of this machine'));
    const gateway = await startFakeGateway({}, voice);
    const answer = await answerOf(fetch(`${gateway.url}/health/ready`));
    expect(answer).toMatchObject({ status: 503, json: { status: 'error', details: { engines: { status: 'down', state: 'failed' } } } });
    expect(answer.text).not.toContain('path');
    await gateway.close();
  });
});
