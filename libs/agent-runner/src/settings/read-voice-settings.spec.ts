import { readVoiceSettings, type VoiceSettingsContext } from './read-voice-settings.js';
import { SttConfig, TtsConfig, VoiceSettings } from './voice-settings.js';

const WHERE = 'config.simple.settings.voice_settings';
const read = (value: unknown, context?: VoiceSettingsContext) => readVoiceSettings(value, WHERE, context);
const pathsOf = (warnings: readonly { path: string }[]) => warnings.map(({ path }) => path.replace(`${WHERE}.`, ''));

const HOLDERS = {
  voice: { path: WHERE, holding: (fields: object) => fields },
  provider: { path: `${WHERE}.providers[0]`, holding: (fields: object) => ({ providers: [{ provider: 'openai', ...fields }] }) },
  stt: {
    path: `${WHERE}.providers[0].stt_config`,
    holding: (fields: object) => ({ providers: [{ provider: 'openai', stt_config: fields }] }),
  },
  tts: {
    path: `${WHERE}.providers[0].tts_config`,
    holding: (fields: object) => ({ providers: [{ provider: 'openai', tts_config: fields }] }),
  },
};

describe('readVoiceSettings', () => {
  it('fills in every default', () => {
    const { settings, warnings, problems } = read({ providers: [{ provider: 'openai', stt_config: {}, tts_config: {} }] });
    expect({ warnings, problems }).toEqual({ warnings: [], problems: [] });
    expect(JSON.parse(JSON.stringify(settings))).toEqual({
      enabled: false,
      intent_detection_mode: 'keywords',
      intent_keywords: ['голос', 'скажи', 'произнеси', 'озвучь'],
      auto_stt: true,
      auto_tts_on_keywords: true,
      max_file_size_mb: 25,
      cache_enabled: true,
      cache_ttl_hours: 24,
      rate_limit_per_minute: 10,
      providers: [
        {
          provider: 'openai',
          priority: 1,
          fallback_enabled: true,
          custom_settings: {},
          stt_config: {
            enabled: true,
            language: 'ru-RU',
            max_duration: 60,
            enable_word_time_offsets: false,
            enable_automatic_punctuation: true,
            enable_profanity_filter: false,
            audio_channel_count: 1,
            sample_rate_hertz: 16_000,
            custom_params: {},
          },
          tts_config: {
            enabled: true,
            language: 'ru-RU',
            speed: 1,
            pitch: 0,
            volume_gain_db: 0,
            audio_format: 'mp3',
            sample_rate: 22_050,
            custom_params: {},
          },
        },
      ],
    });
    expect([settings.providers[0]?.stt_config, settings.providers[0]?.tts_config]).toEqual([new SttConfig(), new TtsConfig()]);
    expect(read({}).settings).toEqual(new VoiceSettings());
  });

  it.each([
    ['voice', 'max_file_size_mb', [1, 100, 2.5], [0.9, 101, '25', Number.NaN], 'must be a number from 1 to 100; default 25'],
    ['voice', 'cache_ttl_hours', [1, 168], [0, 169, true], 'must be a number from 1 to 168; default 24'],
    ['voice', 'rate_limit_per_minute', [1, 100], [0, 101, 1.5], 'must be a whole number from 1 to 100; default 10'],
    [
      'voice',
      'intent_detection_mode',
      ['keywords', 'always', 'disabled'],
      ['never', 1],
      'must be one of keywords, always, disabled; default "keywords"',
    ],
    [
      'voice',
      'intent_keywords',
      [[], ['голос']],
      ['голос', [1]],
      'must be a list of texts; default ["голос","скажи","произнеси","озвучь"]',
    ],
    ['voice', 'enabled', [true, false], ['true', 1], 'must be true or false; default false'],
    ['voice', 'auto_stt', [true, false], [0], 'must be true or false; default true'],
    ['voice', 'auto_tts_on_keywords', [true, false], [0], 'must be true or false; default true'],
    ['voice', 'cache_enabled', [true, false], ['no'], 'must be true or false; default true'],
    ['voice', 'providers', [[]], ['openai', {}], 'must be a list of at most 100 maps; default []'],
    [
      'provider',
      'provider',
      ['openai', 'my-account_2'],
      ['', 'a b', 7, '..'],
      "must be 1 to 128 letters, digits, '.', '_' and '-'; it has to be there",
    ],
    ['provider', 'priority', [1, 1000], [0, -1, 1.5, '1'], 'must be a whole number of at least 1; it may be left out'],
    ['provider', 'fallback_enabled', [true, false], ['no'], 'must be true or false; default true'],
    ['provider', 'custom_settings', [{ folder: 'b1g' }], ['x', [1]], 'must be a map; default {}'],
    ['stt', 'enabled', [true, false], [1], 'must be true or false; default true'],
    ['stt', 'model', ['whisper-1', 'general:rc'], ['', 5, 'm'.repeat(257)], 'must be a text of 1 to 256 characters; it may be left out'],
    [
      'stt',
      'language',
      ['ru-RU', 'en', 'zh-Hans-CN'],
      ['russian language', '', 7],
      'must be a BCP 47 language tag such as ru-RU or en; default "ru-RU"',
    ],
    ['stt', 'max_duration', [1, 600], [0.5, 601], 'must be a number from 1 to 600; default 60'],
    ['stt', 'enable_word_time_offsets', [true], ['x'], 'must be true or false; default false'],
    ['stt', 'enable_automatic_punctuation', [false], ['x'], 'must be true or false; default true'],
    ['stt', 'enable_profanity_filter', [true], ['x'], 'must be true or false; default false'],
    ['stt', 'audio_channel_count', [1, 2, 8], [0, 9, 1.5], 'must be a whole number from 1 to 8; default 1'],
    [
      'stt',
      'sample_rate_hertz',
      [8000, 16_000, 22_050, 44_100, 48_000],
      [11_025, '16000'],
      'must be one of 8000, 16000, 22050, 44100, 48000; default 16000',
    ],
    ['stt', 'custom_params', [{ topic: 'general' }], [[]], 'must be a map; default {}'],
    ['tts', 'enabled', [true, false], [1], 'must be true or false; default true'],
    ['tts', 'model', ['tts-1-hd'], ['   '], 'must be a text of 1 to 256 characters; it may be left out'],
    ['tts', 'voice', ['ru-RU-Wavenet-A', 'jane'], [['jane']], 'must be a text of 1 to 256 characters; it may be left out'],
    ['tts', 'language', ['kk-KZ'], ['?'], 'must be a BCP 47 language tag such as ru-RU or en; default "ru-RU"'],
    ['tts', 'speed', [0.25, 4], [0.24, 4.01], 'must be a number from 0.25 to 4; default 1'],
    ['tts', 'pitch', [-20, 20], [-20.1, 21], 'must be a number from -20 to 20; default 0'],
    ['tts', 'volume_gain_db', [-96, 20], [-97, 21], 'must be a number from -96 to 20; default 0'],
    [
      'tts',
      'audio_format',
      ['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm', 'ogg'],
      ['m4a'],
      'must be one of mp3, opus, aac, flac, wav, pcm, ogg; default "mp3"',
    ],
    ['tts', 'sample_rate', [8000, 22_050, 48_000], [7999, 48_001, 22_050.5], 'must be a whole number from 8000 to 48000; default 22050'],
    ['tts', 'custom_params', [{ emotion: 'good' }], ['x'], 'must be a map; default {}'],
  ] as const)('%s.%s', (holder, field, good, bad, problem) => {
    const { path, holding } = HOLDERS[holder];
    for (const value of good) expect(read(holding({ [field]: value })).problems).toEqual([]);
    for (const value of bad) expect(read(holding({ [field]: value })).problems).toEqual([`${path}.${field} ${problem}`]);
    // The old platform writes null for what was never set.
    expect(read(holding({ provider: 'openai', [field]: null })).problems).toEqual(
      field === 'provider' ? [`${path}.${field} ${problem}`] : [],
    );
  });

  it('tells of everything at once', () => {
    const { problems } = read({
      enabled: 'yes',
      rate_limit_per_minute: 0,
      providers: [
        { priority: 1, stt_config: { max_duration: 0, language: '-' } },
        { provider: 'google', priority: 1, tts_config: { speed: 9, pitch: 'high' }, custom_settings: { apiKey: 'plain' } },
        'yandex',
        { provider: 'yandex', priority: 4, stt_config: [] },
      ],
    });
    expect(problems.map((problem) => problem.replace(`${WHERE}.`, '').split(' ', 1)[0])).toEqual([
      'enabled',
      'rate_limit_per_minute',
      'providers[0].provider',
      'providers[0].stt_config.language',
      'providers[0].stt_config.max_duration',
      'providers[1].tts_config.speed',
      'providers[1].tts_config.pitch',
      'providers[2]',
      'providers[3].stt_config',
      'providers[1].custom_settings.apiKey',
      'providers[1].priority',
    ]);
  });

  it.each([null, undefined, 'on', 1, [], true])('is a map, not %p', (value) => {
    expect(read(value).problems).toEqual([`${WHERE} must be a map`]);
  });

  it('lets no two have one priority', () => {
    const provider = (priority?: number) => ({ provider: `p${priority ?? ''}`, ...(priority !== undefined && { priority }) });
    expect(read({ providers: [provider(2), provider(1), provider(2)] }).problems).toEqual([
      `${WHERE}.providers[2].priority must be unlike that of providers[0]; default: its place in the list`,
    ]);
    expect(read({ providers: [provider(2), provider()] }).problems).toHaveLength(1);
    expect(read({ providers: [provider(7), provider()] }).settings.providers.map(({ priority }) => priority)).toEqual([7, 2]);
  });

  it('keeps what it does not know, and says so', () => {
    const value = JSON.parse(
      '{"mood":"kind","__proto__":{"enabled":true},"constructor":5,"providers":[{"provider":"openai","region":"eu","stt_config":{},"tts_config":{"style":{"x":1}}}]}',
    );
    const { settings, warnings, problems } = read(value);
    expect(problems).toEqual([]);
    expect(settings.enabled).toBe(false);
    expect(settings).toBeInstanceOf(VoiceSettings);
    expect(Object.keys(settings.extra ?? {})).toEqual(['mood', '__proto__', 'constructor']);
    expect(settings.extra).toMatchObject({ mood: 'kind' });
    expect(settings.providers[0]?.extra).toEqual({ region: 'eu' });
    expect(settings.providers[0]?.tts_config?.extra).toEqual({ style: { x: 1 } });
    expect(pathsOf(warnings).toSorted()).toEqual([
      '__proto__',
      'constructor',
      'mood',
      'providers[0].region',
      'providers[0].tts_config.style',
    ]);
    expect(read({ 'a\nb c': 1 }).warnings[0]?.path).toBe(`${WHERE}.a?b?c`);
  });

  it('is not drowned in what it does not know', () => {
    const many = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]));
    const { warnings, problems } = read(many);
    expect(problems).toEqual([]);
    expect(warnings).toHaveLength(101);
    expect(warnings.at(-1)?.message).toContain('199900 more');
  });

  it('says who is not there, and what then cannot be done', () => {
    const providers = [{ provider: 'openai' }, { provider: 'polly' }, { provider: 'yandex' }];
    const known = { speech: ['local', 'polly'], transcription: ['local'] };
    const { warnings, problems } = read({ providers }, { knownProviders: known });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      {
        path: `${WHERE}.providers[0].provider`,
        message: 'openai is not configured here for speaking and hearing: it is left out of the plan.',
      },
      { path: `${WHERE}.providers[1].provider`, message: 'polly is not configured here for hearing: it is left out of the plan.' },
      {
        path: `${WHERE}.providers[2].provider`,
        message: 'yandex is not configured here for speaking and hearing: it is left out of the plan.',
      },
      { path: `${WHERE}.providers`, message: 'None of them can hear for this agent here.' },
    ]);
    expect(read({ providers }).warnings).toEqual([]);
  });

  it('says which of two is not asked', () => {
    const twice = read({ providers: [{ provider: 'openai' }, { provider: 'openai', tts_config: {} }] });
    expect(twice.warnings).toEqual([
      { path: `${WHERE}.providers`, message: 'openai stands there twice for the same: that of the lower priority counts.' },
    ]);
    const apart = {
      providers: [
        { provider: 'openai', stt_config: {} },
        { provider: 'openai', tts_config: {} },
      ],
    };
    expect(read(apart).warnings).toEqual([]);
  });

  it('takes options of an account as all else is written', () => {
    const written = {
      providers: [{ provider: 'openai', custom_settings: { api_key: 'env:KEY', baseUrl: 'https://a.example', folder_id_2: 'b' } }],
    };
    const [provider] = readVoiceSettings(written, 'v', { environment: { KEY: 'k' } }).settings.providers;
    expect(provider?.account).toEqual({ apiKey: 'k', baseUrl: 'https://a.example', folderId2: 'b' });
  });
});
