import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfiguration } from './config-check.js';

describe('parlance config check', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-check-'));
    mkdirSync(join(directory, 'agents'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  function write(name: string, ...lines: string[]): string {
    writeFileSync(join(directory, name), lines.join('\n'));
    return join(directory, name);
  }

  async function check(environment: Record<string, string>, config?: string): Promise<{ isGood: boolean; lines: string[] }> {
    let text = '';
    const values = { PARLANCE_DATA_DIR: directory, PARLANCE_AGENTS_DIR: join(directory, 'agents'), ...environment };
    const isGood = await checkConfiguration(config === undefined ? {} : { config }, values, (written) => (text += written));
    return { isGood, lines: text.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' | ')) };
  }

  it('says what would be set up without any configuration', async () => {
    const { isGood, lines } = await check({});
    expect(isGood).toBe(true);
    expect(lines).toEqual([
      'file | none',
      'account local | local, by default',
      'speech | local (all that can)',
      'transcription | local (all that can)',
      'tenants | none with a policy or a budget',
      'cache | 256 MiB in each process',
      `stored audio | ${directory}`,
      'jobs | in each process by itself, 2 at a time',
      'keys | none: everybody who reaches the address may do everything',
      `agents | none in ${directory}/agents`,
      'address | 127.0.0.1:8080, for clients http://127.0.0.1:8080',
      '',
      'All of it can be used.',
      '',
    ]);
  });

  it('says whose accounts, servers, keys and agents those are, and asks nobody', async () => {
    const connect = jest.spyOn(Socket.prototype, 'connect');
    const config = write(
      'eu.yaml',
      'providers:',
      '  - name: openai-eu',
      '    provider: openai-compatible',
      '    options: { apiKey: env:EU_KEY }',
      'tenants: { acme: { allow: [local] } }',
    );
    write('agents/support.yaml', 'channels: { telegram: { token: env:BOT } }', 'voice_settings: {}');
    const { isGood, lines } = await check(
      {
        EU_KEY: 'a',
        BOT: '1:a',
        DEEPGRAM_API_KEY: 'b',
        GOOGLE_APPLICATION_CREDENTIALS: '/nowhere/google.json',
        PARLANCE_SPEECH_PLAN: 'deepgram,local',
        PARLANCE_ADMIN_KEYS: 'an-admin-key',
        PARLANCE_KEYS_FILE: write('keys.yaml', `- { name: a, hash: "sha256:${'ab'.repeat(32)}", scopes: [jobs] }`),
        REDIS_URL: 'rediss://:password@127.0.0.1:1/3',
        S3_ENDPOINT: 'http://127.0.0.1:1',
        S3_ACCESS_KEY: 'c',
        S3_SECRET_KEY: 'd',
      },
      config,
    );
    expect(isGood).toBe(true);
    expect(lines).toEqual(
      expect.arrayContaining([
        `file | ${config}`,
        'account openai-eu | openai-compatible, by file, apiKey of environment EU_KEY',
        'account google-service-account | google, by environment, credentialsFile of environment GOOGLE_APPLICATION_CREDENTIALS',
        'speech | deepgram, local (environment PARLANCE_SPEECH_PLAN)',
        'transcription | openai-eu, google-service-account, deepgram, local (all that can)',
        'tenants | acme',
        'cache | 256 MiB in each process, then Redis at rediss://127.0.0.1:1/3',
        'stored audio | bucket parlance of http://127.0.0.1:1',
        'jobs | in Redis, 2 at a time in each process',
        `keys | 1 of the environment, 1 of ${directory}/keys.yaml`,
        `agents | support (Telegram), in ${directory}/agents`,
      ]),
    );
    expect(connect).not.toHaveBeenCalled();
    connect.mockRestore();
  });

  it('lists everything that is wrong, with its variable or its file and line', async () => {
    const config = write('broken.yaml', 'providers:', '  - { provider: deepgram, options: { baseUrl: nowhere } }', 'price: {}');
    const keys = write('keys.yaml', '- name: a', '  scopes: []');
    write('agents/support.yaml', 'tenant: ""', 'voice_settings: { cache_ttl_hours: 0 }');
    const { isGood, lines } = await check({ PORT: 'x', PARLANCE_KEYS_FILE: keys, PARLANCE_TURN_SECOND: '5' }, config);
    expect(isGood).toBe(false);
    expect(lines).toEqual([
      'broken | PORT: must be an integer number; must not be less than 0; must not be greater than 65535',
      expect.stringContaining(`broken | ${keys}:1: [0].hash must be sha256:`),
      expect.stringContaining(`broken | ${keys}:2: [0].scopes must be a list`),
      `broken | ${config}:3: price is not known here; did you mean prices?`,
      `broken | ${config}:2: providers[0].options.apiKey has to be there`,
      `broken | ${config}:2: providers[0].options.baseUrl must be a URL address`,
      expect.stringContaining(`broken | ${directory}/agents/support.yaml: tenant must be`),
      expect.stringContaining(`broken | ${directory}/agents/support.yaml: voice_settings.cache_ttl_hours must be`),
      'warning | PARLANCE_TURN_SECOND is not a setting of Parlance and has no effect; did you mean PARLANCE_TURN_SECONDS?',
      '',
      '8 problems: correct them, and check again.',
      '',
    ]);
    const one = await check({ PARLANCE_AGENTS_DIR: config });
    expect(one).toMatchObject({
      isGood: false,
      lines: [`broken | PARLANCE_AGENTS_DIR: the directory ${config} cannot be read`, '', expect.stringMatching(/^1 problem: /), ''],
    });
  });

  it('warns of models that end, keys that have, and what of an agent has no effect', async () => {
    const retirements = write(
      'retirements.yaml',
      '- { vendor: local, models: [flite], retires: 2020-01-01, successor: other }',
      '- { vendor: openai, models: [tts-1], retires: 2999-01-01 }',
    );
    const keys = write('keys.yaml', `- { name: old, hash: "sha256:${'ab'.repeat(32)}", scopes: [jobs], expires: 2020-01-01 }`);
    write('agents/support.yaml', 'tone: kind', 'voice_settings: { providers: [{ provider: groq }] }');
    const { isGood, lines } = await check({ PARLANCE_RETIREMENTS_FILE: retirements, PARLANCE_KEYS_FILE: keys, HOST: '0.0.0.0' });
    expect(isGood).toBe(true);
    const warnings = lines.filter((line) => line.startsWith('warning'));
    expect(warnings).toEqual(
      expect.arrayContaining([
        'warning | Links to stored audio begin with http://0.0.0.0:8080: set PARLANCE_PUBLIC_URL.',
        'warning | The model local/flite was shut down by its vendor on 2020-01-01. Its successor is other.',
        'warning | The key old has expired: take it out of the keys file.',
        'warning | support.yaml: tone: It is not known here: it was kept and has no effect.',
        expect.stringContaining('warning | support.yaml: voice_settings.providers[0].provider: groq is not configured here'),
      ]),
    );
    expect(warnings.join()).not.toContain('tts-1');
  });
});
