import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { loadConfiguration } from './load-configuration.js';

function problemsOf(values: Record<string, string>): readonly string[] {
  try {
    loadConfiguration(values);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the settings were accepted');
}

describe('loadConfiguration', () => {
  it('has a default for everything and counts an empty value as none', () => {
    const configuration = loadConfiguration({ PORT: '', PARLANCE_API_KEYS: ' ', PARLANCE_SPEECH_PLAN: ',' });
    expect(configuration).toMatchObject({ host: '127.0.0.1', port: 8080, publicUrl: 'http://127.0.0.1:8080', apiKeys: [] });
    expect(configuration).toMatchObject({ maximumUploadBytes: 26_214_400, maximumAudioSeconds: 1800, cacheTtlSeconds: 86_400 });
    expect(configuration.speechPlan).toBeUndefined();
    expect(configuration.warnings).toEqual([]);
  });

  it('reads every kind of value', () => {
    const configuration = loadConfiguration({
      PORT: '0',
      HOST: '::1',
      PARLANCE_SPEECH_PLAN: 'local, openai',
      OPENAI_API_KEY: 'sk-x',
      PARLANCE_FFMPEG: 'off',
      PARLANCE_ESPEAK: '/opt/espeak-ng',
      PARLANCE_CACHE_TTL_HOURS: '0.5',
      PARLANCE_LOG_LEVEL: 'debug',
    });
    expect(configuration).toMatchObject({ port: 0, publicUrl: 'http://[::1]:0', speechPlan: ['local', 'openai'], ffmpeg: false });
    expect(configuration.providerAccounts).toEqual([
      { name: 'openai', provider: 'openai-compatible', options: { server: 'openai', apiKey: 'sk-x' } },
      { name: 'local', provider: 'local', options: { espeak: '/opt/espeak-ng' } },
    ]);
    expect(configuration).toMatchObject({ cacheTtlSeconds: 1800, logLevel: 'debug' });
  });

  it('reads ranks and weights of a plan', () => {
    const { speechPlan, transcriptionPlan } = loadConfiguration({
      OPENAI_API_KEY: 'key',
      DEEPGRAM_API_KEY: 'key',
      PARLANCE_SPEECH_PLAN: 'openai:3 | deepgram, local',
      PARLANCE_TRANSCRIPTION_PLAN: 'deepgram,local',
    });
    expect(speechPlan).toEqual([{ name: 'openai', priority: 0, weight: 3 }, { name: 'deepgram', priority: 0 }, 'local']);
    expect(transcriptionPlan).toEqual(['deepgram', 'local']);
    expect(() => loadConfiguration({ PARLANCE_SPEECH_PLAN: 'local:many' })).toThrow(/openai:2\|google:1,local/);
  });

  it('refuses a plan with accounts that are not set up, and says what is lacking', () => {
    const load = () => loadConfiguration({ PARLANCE_SPEECH_PLAN: 'nobody|local', PARLANCE_TRANSCRIPTION_PLAN: 'deepgram' });
    expect(load).toThrow(/PARLANCE_SPEECH_PLAN: there is no provider account 'nobody'. There are: local/);
    expect(load).toThrow(/PARLANCE_TRANSCRIPTION_PLAN: .*'deepgram'. Set DEEPGRAM_API_KEY to have it/);
  });

  it('refuses prices of an account that there is not, and takes those of one whose key is missing and of models', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-prices-'));
    const file = join(directory, 'parlance.config.yaml');
    const load = (account: string) => {
      writeFileSync(file, `prices: { ${account}: { tts-1: { perMillionCharacters: 15 } } }`);
      return () => loadConfiguration({ PARLANCE_CONFIG_FILE: file });
    };
    expect(load('openai')().prices).toEqual({ openai: { 'tts-1': { perMillionCharacters: 15 } } });
    expect(load('chat')).not.toThrow();
    expect(load('opneai')).toThrow("prices.opneai: there is no provider account 'opneai'. There are: local, openai");
    rmSync(directory, { recursive: true });
  });

  it('refuses a plan with accounts that cannot do it', () => {
    const keys = {
      OPENAI_API_KEY: 'a',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 'b',
      AWS_REGION: 'eu-1',
      KOKORO_BASE_URL: 'http://k',
    };
    expect(loadConfiguration({ ...keys, PARLANCE_SPEECH_PLAN: 'polly,kokoro,openai' }).speechPlan).toHaveLength(3);
    expect(problemsOf({ ...keys, PARLANCE_TRANSCRIPTION_PLAN: 'openai,polly|kokoro,local' })).toEqual([
      "PARLANCE_TRANSCRIPTION_PLAN: the provider account 'kokoro' does not transcribe. Leave it out",
      "PARLANCE_TRANSCRIPTION_PLAN: the provider account 'polly' does not transcribe. Leave it out",
    ]);
  });

  it('says what is wrong with the options of all accounts, by variable or line, and no value', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-options-'));
    const file = join(directory, 'parlance.config.yaml');
    const accounts = [
      'providers:',
      '  - provider: deepgram',
      '    options: { baseUrl: hunter2 }',
      '  - name: own',
      '    provider: openai-compatible',
      '    options:',
      '      server: kokoro',
      '      voice: hunter2',
      '      apiKey: env:NOT_SET',
      '  - { name: two, provider: openai-compatible, options: { apiKey: env:BLANK } }',
    ];
    writeFileSync(file, accounts.join('\n'));
    const environment = { OPENAI_API_KEY: 'hunter2', OPENAI_REALTIME_MODEL: 'm', OPENAI_BASE_URL: 'hunter2', AZURE_SPEECH_KEY: 'hunter2' };
    const problems = problemsOf({ ...environment, BLANK: ' ', AZURE_SPEECH_REGION: 'hunter 2', PARLANCE_CONFIG_FILE: file });
    expect(problems.toSorted()).toEqual([
      `${file}:10: providers[2].options.apiKey refers to BLANK, which is not set`,
      `${file}:3: providers[0].options.apiKey has to be there`,
      `${file}:3: providers[0].options.baseUrl must be a URL address`,
      `${file}:6: providers[1].options.baseUrl has to be there`,
      `${file}:8: providers[1].options.voice is not an option of openai-compatible`,
      `${file}:9: providers[1].options.apiKey refers to NOT_SET, which is not set`,
      expect.stringMatching(/^AZURE_SPEECH_REGION: region must match/),
      'OPENAI_BASE_URL: baseUrl must be a URL address',
    ]);
    expect(problems.join()).not.toMatch(/hunter ?2/);
    rmSync(directory, { recursive: true });
  });

  it('says what numbers must be', () => {
    expect(problemsOf({ PORT: 'eighty', PARLANCE_HEDGED_SHARE: '2' })).toEqual([
      'PORT: must be an integer number; must not be less than 0; must not be greater than 65535',
      'PARLANCE_HEDGED_SHARE: must not be greater than 1',
    ]);
  });

  it('keeps only hashes of the keys, whether given plain or hashed', () => {
    const hash = createHash('sha256').update('a-secret-key').digest('hex');
    const configuration = loadConfiguration({ PARLANCE_API_KEYS: `a-secret-key, sha256:${hash.toUpperCase()}` });
    expect(configuration.apiKeys.map((key) => key.hash)).toEqual([hash, hash]);
    expect(JSON.stringify(configuration)).not.toContain('a-secret-key');
  });

  it('gives keys of the environment every scope but admin, those of administrators all, and these first', () => {
    const { apiKeys, keysFile } = loadConfiguration({ PARLANCE_API_KEYS: 'a-plain-key', PARLANCE_ADMIN_KEYS: 'an-admin-key,a-plain-key' });
    expect(apiKeys.map(({ scopes }) => scopes.includes('admin'))).toEqual([true, true, false]);
    expect(apiKeys[2]?.scopes).toEqual(['speech', 'transcription', 'agents', 'files', 'jobs']);
    expect(keysFile).toBeUndefined();
    expect(loadConfiguration({ HOST: '0.0.0.0', PARLANCE_ADMIN_KEYS: 'an-admin-key' }).apiKeys).toHaveLength(1);
    expect(problemsOf({ PARLANCE_ADMIN_KEYS: 'hunter2' })).toEqual([expect.stringMatching(/^PARLANCE_ADMIN_KEYS: (?!.*hunter2)/)]);
  });

  it('takes a file of keys instead of keys, also where there are none in it yet', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-keys-'));
    const file = join(directory, 'keys.yaml');
    expect(problemsOf({ PARLANCE_KEYS_FILE: file })).toEqual([`${file}: it cannot be read`]);
    writeFileSync(file, '[]');
    expect(loadConfiguration({ HOST: '0.0.0.0', PARLANCE_KEYS_FILE: file })).toMatchObject({ keysFile: file, apiKeys: [] });
    rmSync(directory, { recursive: true });
  });

  it('lists what is wrong in the environment and in every file together', () => {
    const directory = mkdtempSync(join(tmpdir(), 'parlance-problems-'));
    const write = (name: string, text: string) => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const problems = problemsOf({
      PORT: 'eighty',
      REDIS_URL: 'redis://:hunter2@a,b',
      PARLANCE_SPEECH_PLAN: 'nobody',
      PARLANCE_TRANSCRIPTION_PLAN: '!',
      PARLANCE_CORS_ORIGINS: 'app.example.com',
      PARLANCE_KEYS_FILE: write('keys.yaml', '- { name: a, hash: hunter2, scopes: [speech] }'),
      PARLANCE_CONFIG_FILE: write('config.yaml', 'tenants: { acme: { allow: [nothing] } }'),
      PARLANCE_VOICES_FILE: write('voices.yaml', '- hunter2'),
      PARLANCE_MODELS_FILE: join(directory, 'none.yaml'),
      PARLANCE_RETIREMENTS_FILE: write('retirements.yaml', 'a: b'),
    });
    const expected = [
      /^PORT: /,
      /^PARLANCE_TRANSCRIPTION_PLAN: /,
      /^PARLANCE_CORS_ORIGINS: .*https:\/\/app/,
      /^REDIS_URL: /,
      /keys\.yaml:1: \[0\]\.hash/,
      /voices\.yaml: must be a map/,
      /none\.yaml: /,
      /retirements\.yaml: must be a list/,
      /^PARLANCE_SPEECH_PLAN: there is no provider account 'nobody'/,
      /config\.yaml:1: tenants\.acme: there is no vendor/,
    ];
    for (const pattern of expected) expect(problems).toContainEqual(expect.stringMatching(pattern));
    expect(problems).toHaveLength(expected.length);
    expect(problems.join()).not.toContain('hunter2');
    rmSync(directory, { recursive: true });
  });

  it('lists every problem at once and shows no value of a secret', () => {
    const problems = problemsOf({
      PORT: 'eighty',
      PARLANCE_API_KEYS: 'short, sha256:12',
      PARLANCE_URL_SECRET: 'tiny',
      PARLANCE_PUBLIC_URL: 'ftp://x',
      PARLANCE_ALLOW_ANONYMOUS: 'maybe',
      PARLANCE_MAX_UPLOAD_BYTES: '12',
      PARLANCE_LOG_LEVEL: 'loud',
    });
    const text = problems.join('\n');
    expect(problems).toHaveLength(7);
    for (const name of ['PORT', 'PARLANCE_API_KEYS', 'PARLANCE_URL_SECRET', 'PARLANCE_PUBLIC_URL', 'PARLANCE_LOG_LEVEL']) {
      expect(text).toContain(name);
    }
    expect(text).not.toMatch(/short|tiny|sha256:12/);
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', 'voice.example.com'])('refuses to serve everybody on %s by accident', (HOST) => {
    expect(problemsOf({ HOST })[0]).toContain('PARLANCE_API_KEYS');
    expect(loadConfiguration({ HOST, PARLANCE_ALLOW_ANONYMOUS: 'true' }).host).toBe(HOST);
    expect(loadConfiguration({ HOST, PARLANCE_API_KEYS: 'long-enough-key' }).host).toBe(HOST);
  });

  it.each(['localhost', '::1', '127.0.0.9'])('listens on the loopback address %s without keys', (HOST) => {
    expect(loadConfiguration({ HOST }).host).toBe(HOST);
  });

  it('warns about a misspelt name, with the nearest known one', () => {
    const { warnings } = loadConfiguration({ PARLANCE_API_KEY: 'x', PARLANCE_URL: 'of clients', PARLANCE_ZZZZZZZZZZZZ: 'y', OTHER: 'z' });
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toContain('did you mean PARLANCE_API_KEYS?');
    expect(warnings[1]).not.toContain('did you mean');
  });

  it('reads where Redis and S3 are', () => {
    expect(loadConfiguration({})).toMatchObject({ redisUrl: undefined, s3: undefined });
    const environment = { REDIS_URL: 'redis://:x@host', S3_ENDPOINT: 'http://host:9000', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b' };
    expect(loadConfiguration(environment)).toMatchObject({
      redisUrl: 'redis://:x@host',
      s3: { endpoint: 'http://host:9000', region: 'us-east-1', bucket: 'parlance', accessKey: 'a', secretKey: 'b' },
    });
    expect(loadConfiguration({ ...environment, S3_REGION: 'eu-1', S3_BUCKET: 'voices' }).s3).toMatchObject({
      region: 'eu-1',
      bucket: 'voices',
    });
  });

  it('puts large results into the object store only where all processes share it and the cache', () => {
    const [redis, s3] = [{ REDIS_URL: 'redis://host' }, { S3_ENDPOINT: 'http://host', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'b' }];
    expect(loadConfiguration({}).cacheObjectBytes).toBeUndefined();
    expect(loadConfiguration(redis).cacheObjectBytes).toBeUndefined();
    expect(loadConfiguration(s3).cacheObjectBytes).toBeUndefined();
    expect(loadConfiguration({ ...redis, ...s3 })).toMatchObject({ cacheObjectBytes: 1_048_576, cacheObjectDays: 7 });
    const other = { PARLANCE_CACHE_OBJECT_BYTES: '5000', PARLANCE_CACHE_TTL_HOURS: '241' };
    expect(loadConfiguration({ ...redis, ...s3, ...other })).toMatchObject({ cacheObjectBytes: 5000, cacheObjectDays: 11 });
    expect(problemsOf({ PARLANCE_CACHE_OBJECT_BYTES: '10' })).toEqual([expect.stringContaining('PARLANCE_CACHE_OBJECT_BYTES')]);
  });

  it('reads which tenants share a cache', () => {
    expect(loadConfiguration({}).sharedCacheTenants).toEqual([]);
    expect(loadConfiguration({ PARLANCE_CACHE_SHARED_TENANTS: 'acme, beta,' }).sharedCacheTenants).toEqual(['acme', 'beta']);
    expect(problemsOf({ PARLANCE_CACHE_SHARED_TENANTS: 'x'.repeat(129) })).toEqual([expect.stringContaining('comma list of tenant names')]);
  });

  it('reads which links of callers are followed', () => {
    expect(loadConfiguration({}).remote).toEqual({ allowHttp: false, allowedHosts: [] });
    expect(loadConfiguration({ PARLANCE_REMOTE_HTTP: 'true', PARLANCE_REMOTE_HOSTS: 'files.intern, [::1]:9000' }).remote).toEqual({
      allowHttp: true,
      allowedHosts: ['files.intern', '[::1]:9000'],
    });
    expect(problemsOf({ PARLANCE_REMOTE_HOSTS: 'https://files.intern' })).toEqual([expect.stringContaining('10.0.0.5:9000')]);
  });

  it.each<[Record<string, string>, RegExp[]]>([
    [{ REDIS_URL: 'redis://:hunter2@a,b' }, [/^REDIS_URL: .*names one server/]],
    [{ S3_ENDPOINT: 'http://host' }, [/^S3_ACCESS_KEY: must be set too/, /^S3_SECRET_KEY: must be set too/]],
    [{ S3_SECRET_KEY: 'hunter2' }, [/^S3_ENDPOINT: must be set too/, /^S3_ACCESS_KEY: must be set too/]],
    [{ S3_ENDPOINT: 'host', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'hunter2' }, [/^S3_ENDPOINT: .*https:/]],
    [{ S3_ENDPOINT: 'http://host', S3_BUCKET: 'X', S3_ACCESS_KEY: 'a', S3_SECRET_KEY: 'hunter2' }, [/^S3_BUCKET: /]],
    [{ S3_REGION: 'a b' }, [/^S3_REGION: .*us-east-1/]],
  ])('says what is wrong with the servers of %j', (values, expected) => {
    const problems = problemsOf(values);
    expect(problems).toEqual(expected.map((problem) => expect.stringMatching(problem) as string));
    expect(problems.join()).not.toContain('hunter2');
  });

  it('reads how jobs are done, and takes webhook secrets of the usual form only', () => {
    const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
    expect(loadConfiguration({}).jobs).toEqual({
      concurrency: 2,
      waiting: 1000,
      retentionSeconds: 86_400,
      maximumAudioSeconds: 14_400,
      maximumBytes: 134_217_728,
      webhookSecret: undefined,
      allowPrivateWebhooks: false,
    });
    expect(loadConfiguration({ PARLANCE_WEBHOOK_SECRET: secret }).jobs.webhookSecret).toBe(secret);
    for (const wrong of ['hunter2', 'whsec_aHVudGVyMg==', `whsec_${'A'.repeat(33)}`, `whsec_${Buffer.alloc(65).toString('base64')}`]) {
      const problems = problemsOf({ PARLANCE_WEBHOOK_SECRET: wrong });
      expect(problems).toEqual([expect.stringContaining('openssl rand -base64 32')]);
      expect(problems[0]).not.toContain(wrong);
    }
  });
});
