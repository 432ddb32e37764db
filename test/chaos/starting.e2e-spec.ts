import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from '@parlance/testing';
import { GatewayProcess } from './support/gateway-process.js';

const ROOT = resolve(__dirname, '../..');
const SECRET = 'hunter2-the-secret';

interface Ended {
  code: number | string | null | undefined;
  output: string;
}

describe('33: settings that cannot be used', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-starting-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };

  const start = (environment: Readonly<Record<string, string>>): Promise<Ended> =>
    new Promise((end) => {
      const options = { cwd: directory, env: { PATH: process.env['PATH'] ?? '', ...environment } };
      execFile(process.execPath, [join(ROOT, 'dist/apps/gateway/src/main.js')], options, (error, out, err) =>
        end({ code: error?.code, output: `${out}${err}` }),
      );
    });

  it('are all told at once, without a value of a secret, and nothing is started', async () => {
    const { code, output } = await start({
      HOST: '0.0.0.0',
      PORT: 'eighty',
      PARLANCE_URL_SECRET: 'hunter2',
      PARLANCE_WEBHOOK_SECRET: SECRET,
      PARLANCE_ADMIN_KEYS: 'hunter2',
      PARLANCE_KEYS_FILE: write('keys.yaml', `- { name: website, hash: ${SECRET}, scopes: [speech] }`),
      PARLANCE_CONFIG_FILE: write('accounts.yaml', 'providers:\n  - { provider: openai-compatible, options: { apiKey: env:NOT_SET } }'),
      PARLANCE_VOICES_FILE: write('voices.yaml', 'narrator: 5'),
      DEEPGRAM_API_KEY: SECRET,
      DEEPGRAM_BASE_URL: SECRET,
      REDIS_URL: `redis://:${SECRET}@one,two`,
      S3_SECRET_KEY: SECRET,
    });
    expect(code).toBe(1);
    const wanted = [
      /PORT: /,
      /PARLANCE_URL_SECRET: /,
      /PARLANCE_WEBHOOK_SECRET: /,
      /PARLANCE_ADMIN_KEYS: /,
      /keys\.yaml:1: \[0\]\.hash/,
      /accounts\.yaml:2: providers\[0\]\.options\.apiKey refers to NOT_SET/,
      /voices\.yaml:1: 'narrator'/,
      /DEEPGRAM_BASE_URL: baseUrl must be a URL/,
      /REDIS_URL: /,
      /S3_ENDPOINT: must be set/,
      /S3_ACCESS_KEY: must be set/,
    ];
    for (const pattern of wanted) expect(output).toMatch(pattern);
    expect(output.split('\n').filter((line) => line.startsWith('  - '))).toHaveLength(wanted.length);
    expect(output).not.toMatch(/hunter2|\n\s+at |listens/);
  });

  it('a public address without keys is one of them', async () => {
    const { code, output } = await start({ HOST: '0.0.0.0', PORT: '0' });
    expect(code).toBe(1);
    expect(output).toMatch(/HOST: without PARLANCE_API_KEYS/);
  });

  it('a directory for data that is a file is told in one line', async () => {
    const { code, output } = await start({ PORT: '0', PARLANCE_DATA_DIR: write('no-directory', '') });
    expect(code).toBe(1);
    expect(output).toBe('A part of the path to the storage directory is a file. Move it away or set another directory.\n');
  });

  it.each(['0', '8080'])('a HOST that is no address is told without a stack, with PORT %s', async (port) => {
    const { code, output } = await start({ HOST: '[::1]', PORT: port, PARLANCE_API_KEYS: SECRET });
    expect(code).toBe(1);
    expect(output).toContain("There is no address '[::1]'");
    expect(output).not.toMatch(/^ +at /m);
  });

  it('a process that is told to stop before it listens ends in order, as the first process of a container, too', async () => {
    const env = {
      PATH: process.env['PATH'] ?? '',
      PORT: '0',
      PARLANCE_DATA_DIR: join(directory, 'data'),
      PARLANCE_NO_SETTING: 'is told of',
    };
    const gateway = spawn(process.execPath, [join(ROOT, 'dist/apps/gateway/src/main.js')], { cwd: directory, env, stdio: 'pipe' });
    // What is wrong with the settings is told before anything is begun.
    await Promise.race([once(gateway.stdout, 'data'), once(gateway.stderr, 'data')]);
    gateway.kill('SIGTERM');
    expect(await once(gateway, 'exit')).toEqual([0, null]);
  });

  it('links to stored audio lead to the port that was chosen where PORT is 0', async () => {
    const env = { PATH: process.env['PATH'] ?? '', PORT: '0', PARLANCE_DATA_DIR: join(directory, 'chosen') };
    const gateway = spawn(process.execPath, [join(ROOT, 'dist/apps/gateway/src/main.js')], { cwd: directory, env, stdio: 'pipe' });
    try {
      let output = '';
      gateway.stdout.on('data', (piece) => (output += String(piece)));
      await eventually(async () => output.includes('listens on'), 'It does not listen.', 30_000);
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(output) ?? [];
      const spoken = await fetch(`${url}/v1/voice/speak`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text: 'Hello.', delivery: 'url' }),
      });
      const { url: link } = (await spoken.json()) as { url: string };
      expect((await fetch(link)).status).toBe(200);
    } finally {
      gateway.kill('SIGKILL');
      await once(gateway, 'exit');
    }
  });

  it('models that end, or have ended, are told of and served, whoever still asks for them', async () => {
    const retirements = write(
      'retirements.yaml',
      '- { vendor: local, models: [flite], retires: 2020-01-01, successor: other }\n- { vendor: local, models: [moonshine-tiny], retires: 2999-01-01 }\n',
    );
    const gateway = await GatewayProcess.start(directory, { PARLANCE_RETIREMENTS_FILE: retirements });
    try {
      const { details } = (await (await fetch(`${gateway.url}/health/ready`)).json()) as {
        details: { models: { status: string; retiring: { model: string; daysLeft: number; successor?: string }[] } };
      };
      expect(details.models).toMatchObject({
        status: 'up',
        retiring: [{ model: 'local/flite', successor: 'other' }, { model: 'local/moonshine-tiny' }],
      });
      expect(details.models.retiring[0]?.daysLeft).toBeLessThan(0);
      const spoken = await fetch(`${gateway.url}/v1/audio/speech`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'local/flite', voice: 'alloy', input: 'Hello.' }),
      });
      expect(spoken.status).toBe(200);
      await spoken.arrayBuffer();
    } finally {
      await gateway.stop();
    }
    expect(gateway.log.text).toMatch(/The model local\/flite was shut down by its vendor on 2020-01-01\. Its successor is other\./);
    expect(gateway.log.text).toMatch(/The model local\/moonshine-tiny will be shut down by its vendor on 2999-01-01/);
  });
});
