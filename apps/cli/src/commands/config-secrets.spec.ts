import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentVariables, loadConfiguration } from '@parlance/configuration';
import { providerVariables } from '@parlance/providers';
import { checkConfiguration } from './config-check.js';
import { printConfiguration, type PrintOptions } from './config-print.js';

/** In every secret, whatever form it has. */
const MARKER = 'Marker0fASecret';

/** Secrets that must have a form; a variable that is new and is not among them gets the marker with something around it. */
const FORMS: Readonly<Record<string, string>> = {
  PARLANCE_WEBHOOK_SECRET: `whsec_${MARKER.padEnd(32, 'A')}`,
  REDIS_URL: `redis-sentinel://user-${MARKER}:${MARKER}@one:1,two:2/master?sentinelPassword=${MARKER}`,
};

/** What every provider variable beside the secrets must be to be taken. */
const OTHERS: Readonly<Record<string, string>> = {
  AWS_REGION: 'eu-central-1',
  AZURE_SPEECH_REGION: 'westeurope',
  OPENAI_BASE_URL: `https://user:${MARKER}@openai.example.com/v1?key=${MARKER}`,
  OPENAI_REALTIME_MODEL: 'gpt-realtime-2.1-mini',
  KOKORO_BASE_URL: `http://${MARKER}@kokoro/v1`,
  SPEACHES_BASE_URL: 'http://speaches/v1',
  LOCALAI_BASE_URL: 'http://localai/v1',
  S3_ENDPOINT: 'https://s3.example.com',
  PARLANCE_PUBLIC_URL: `https://user:${MARKER}@voice.example.com/#${MARKER}`,
};

const secretNames = () => [...environmentVariables(), ...providerVariables()].filter(({ secret }) => secret).map(({ name }) => name);

describe('a secret', () => {
  let directory: string;
  let environment: Record<string, string>;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-secrets-'));
    mkdirSync(join(directory, 'agents'));
    write('parlance.config.yaml', [
      'providers:',
      '  - name: written',
      '    provider: openai-compatible',
      `    options: { apiKey: plain-${MARKER}, baseUrl: "https://${MARKER}:${MARKER}@own/v1" }`,
      '  - { name: referring, provider: polly, options: { accessKeyId: env:OWN, secretAccessKey: env:OWN, region: eu-1 } }',
    ]);
    write('keys.yaml', [`- { name: website, hash: "sha256:${'ab'.repeat(32)}", scopes: [speech] }`]);
    write('agents/support.yaml', [
      'chat: { model: m, base_url: "http://models/v1", api_key: env:OWN, system_prompt: words }',
      'channels:',
      '  telegram: { token: env:BOT }',
      '  whatsapp: { phone_number_id: "1", token: env:OWN, app_secret: env:OWN, verify_token: env:OWN }',
      'voice_settings:',
      '  enabled: true',
      '  providers: [{ provider: written, custom_settings: { apiKey: env:OWN }, tts_config: { language: en } }]',
    ]);
    const secrets = secretNames().map((name) => [name, FORMS[name] ?? `a-${MARKER}-of-${name}`]);
    environment = {
      ...(Object.fromEntries(secrets) as Record<string, string>),
      ...OTHERS,
      OWN: `own-${MARKER}`,
      BOT: `1:${MARKER}`,
      PARLANCE_CONFIG_FILE: join(directory, 'parlance.config.yaml'),
      PARLANCE_KEYS_FILE: join(directory, 'keys.yaml'),
      PARLANCE_AGENTS_DIR: join(directory, 'agents'),
    };
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  function write(name: string, lines: readonly string[]): void {
    writeFileSync(join(directory, name), lines.join('\n'));
  }

  async function check(values: Record<string, string>): Promise<{ isGood: boolean; text: string }> {
    let text = '';
    const isGood = await checkConfiguration({}, values, (written) => (text += written));
    return { isGood, text };
  }

  async function print(format: PrintOptions['format']): Promise<string> {
    let text = '';
    await printConfiguration({ format }, environment, (written) => (text += written));
    return text;
  }

  it('is in neither the summary nor what is printed', async () => {
    const { isGood, text } = await check(environment);
    expect({ isGood, text }).toMatchObject({ isGood: true, text: expect.stringContaining('redis-sentinel://one:1,two:2/master') });
    const printed = [await print('yaml'), await print('json')];
    for (const output of [text, ...printed]) expect(output).not.toContain(MARKER);
    for (const output of printed) {
      // Each is there, and hidden.
      for (const name of secretNames()) expect(output).toContain(name);
      expect(output).not.toContain('ab'.repeat(32));
      expect(output).toContain('https://***@own/v1');
      expect(output).toContain('***@openai.example.com/v1?***');
    }
  });

  it('is in nothing that is said of what is wrong', async () => {
    // Names of files are told, whatever they are.
    const names = environmentVariables().flatMap(({ name }) => (/_(?:FILE|DIR)$/.test(name) ? [] : [name]));
    const wrong = { ...environment, ...Object.fromEntries(names.map((name) => [name, `${MARKER}\u0000`])) };
    const broken = [
      { ...wrong, OPENAI_BASE_URL: MARKER, AZURE_SPEECH_REGION: `${MARKER} x` },
      ...[`providers: *${MARKER}`, `providers: [{ provider: ${MARKER}, options: { apiKey: ${MARKER} } }]`, `a: !${MARKER} {`].map(
        (text, index) => {
          write(`broken-${index}.yaml`, [text]);
          const file = join(directory, `broken-${index}.yaml`);
          return { ...environment, PARLANCE_CONFIG_FILE: file, PARLANCE_KEYS_FILE: file, PARLANCE_VOICES_FILE: file };
        },
      ),
    ];
    write('agents/wrong.yaml', [`channels: { telegram: { token: "1:${MARKER}" } }`, `tenant: { a: ${MARKER} }`, 'voice_settings: {}']);
    for (const values of broken) {
      const { isGood, text } = await check(values);
      expect(isGood).toBe(false);
      expect(text).toContain('channels.telegram.token looks like a key');
      expect(text).not.toContain(MARKER);
      expect(() => loadConfiguration(values)).toThrow(expect.objectContaining({ message: expect.not.stringContaining(MARKER) }));
    }
    rmSync(join(directory, 'agents', 'wrong.yaml'));
  });
});
