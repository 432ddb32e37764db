import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { printConfiguration, type PrintOptions } from './config-print.js';

interface Printed {
  [name: string]: Printed;
}

describe('parlance config print', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-print-'));
    const file = [
      'providers:',
      '  - name: openai-eu',
      '    provider: openai-compatible',
      '    options: { apiKey: env:EU_KEY, baseUrl: https://eu.example.com/v1, voices: [nova, onyx] }',
      '    limits: { requestsPerMinute: 500 }',
      "tenants: { '*': { deny: [openai], budget: { charactersPerDay: 1000, agents: { a: { secondsPerDay: 5 } } } } }",
      'prices: { openai-eu: { tts-1: { perMillionCharacters: 15 } } }',
    ];
    writeFileSync(join(directory, 'eu.yaml'), file.join('\n'));
    writeFileSync(
      join(directory, 'keys.yaml'),
      `- { name: site, hash: "sha256:${'ab'.repeat(32)}", scopes: [speech], expires: 2027-01-01 }`,
    );
    mkdirSync(join(directory, 'agents'));
    writeFileSync(join(directory, 'agents', 'support.yaml'), 'tenant: acme\nvoice_settings: { enabled: true }');
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  async function print(format: PrintOptions['format']): Promise<string> {
    let text = '';
    const environment = {
      EU_KEY: 'a-key',
      OPENAI_API_KEY: 'another-key',
      PORT: '9000',
      PARLANCE_ESPEAK: 'off',
      PARLANCE_SPEECH_PLAN: 'openai-eu|openai, local',
      PARLANCE_API_KEYS: 'one-long-key,another-long-key',
      PARLANCE_KEYS_FILE: join(directory, 'keys.yaml'),
      PARLANCE_AGENTS_DIR: join(directory, 'agents'),
    };
    await printConfiguration({ config: join(directory, 'eu.yaml'), format }, environment, (written) => (text += written));
    return text;
  }

  it('says of each value where it is from', async () => {
    const printed = JSON.parse(await print('json')) as Printed;
    expect(printed['variables']).toMatchObject({
      PORT: { value: 9000, source: 'environment PORT' },
      HOST: { value: '127.0.0.1', source: 'default' },
      PARLANCE_URL_SECRET: { value: null, source: 'default' },
      PARLANCE_API_KEYS: { value: '***', source: 'environment PARLANCE_API_KEYS' },
      PARLANCE_CONFIG_FILE: { source: '--config' },
    });
    expect(printed['plans']).toEqual({
      speech: { value: ['openai-eu|openai', 'local'], source: 'environment PARLANCE_SPEECH_PLAN' },
      transcription: { value: ['openai-eu', 'openai', 'local'], source: 'default' },
    });
    expect(printed['providers']).toMatchObject([
      {
        name: { value: 'openai-eu', source: 'file' },
        options: {
          server: { value: 'openai', source: 'default' },
          apiKey: { value: '***', source: 'environment EU_KEY' },
          baseUrl: { value: 'https://eu.example.com/v1', source: 'file' },
          voices: { value: ['nova', 'onyx'], source: 'file' },
        },
        limits: { requestsPerMinute: { value: 500, source: 'file' } },
      },
      { name: { value: 'openai' }, options: { apiKey: { value: '***', source: 'environment OPENAI_API_KEY' } } },
      { name: { value: 'local' }, options: { espeak: { value: false, source: 'environment PARLANCE_ESPEAK' } } },
    ]);
    expect(printed).toMatchObject({
      servers: { redis: { value: null, source: 'default' } },
      tenants: {
        '*': {
          deny: { value: ['openai'], source: 'file' },
          budget: { charactersPerDay: { value: 1000 }, agents: { a: { secondsPerDay: { value: 5, source: 'file' } } } },
        },
      },
      prices: { 'openai-eu': { 'tts-1': { perMillionCharacters: { value: 15, source: 'file' } } } },
      files: { configuration: { value: join(directory, 'eu.yaml'), source: '--config' }, voices: { source: 'default' } },
      keys: [{ name: { value: 'PARLANCE_API_KEYS-1' } }, {}, { name: { value: 'site' }, expires: { value: '2027-01-01T00:00:00.000Z' } }],
      agents: [
        { id: { value: 'demo', source: 'default' } },
        { id: { value: 'support', source: 'file support.yaml' }, tenant: { value: 'acme' } },
      ],
    });
  });

  it('has the same in YAML, with where it is from in a comment', async () => {
    const text = await print('yaml');
    expect(parse(text)).toEqual(valuesOf(JSON.parse(await print('json'))));
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines).toEqual(
      expect.arrayContaining([
        'PORT: 9000 # environment PORT',
        'HOST: 127.0.0.1 # default',
        'apiKey: "***" # environment EU_KEY',
        'voices: [ nova, onyx ] # file',
        'PARLANCE_URL_SECRET: null # default',
      ]),
    );
  });

  it('refuses what cannot be used, with everything that is wrong', async () => {
    const environment = { PORT: 'x', PARLANCE_LOG_LEVEL: 'loud' };
    await expect(printConfiguration({ format: 'yaml' }, environment, jest.fn())).rejects.toThrow(/PORT: [\s\S]*PARLANCE_LOG_LEVEL: /);
  });
});

/** Without the sources. */
function valuesOf(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(valuesOf);
  if (typeof part !== 'object' || part === null) return part;
  if ('value' in part && 'source' in part) return part.value;
  return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, valuesOf(one)]));
}
