import { readVoiceSettings, type VoiceSettingsContext } from './read-voice-settings.js';

const WHERE = 'voice_settings';
const read = (value: unknown, context?: VoiceSettingsContext) => readVoiceSettings(value, WHERE, context);

describe('readVoiceSettings, of keys', () => {
  const custom = (custom_settings: object) => ({ providers: [{ provider: 'openai', custom_settings }] });

  it.each([
    [{ api_key: 'a-key' }, 'api_key'],
    [{ apiKey: 'a-key' }, 'apiKey'],
    [{ 'X-API-KEY': 'a-key' }, 'X-API-KEY'],
    [{ token: 'a-key' }, 'token'],
    [{ iam_token: 'a-key' }, 'iam_token'],
    [{ clientSecret: 'a-key' }, 'clientSecret'],
    [{ password: 'a-key' }, 'password'],
    [{ nested: { deep: [{ private_key: 'a-key' }] } }, 'nested.deep[0].private_key'],
    [{ tokens: ['a-key'] }, 'tokens[0]'],
    [{ whatever: 'sk-a-key' }, 'whatever'],
    [{ certificate: '-----BEGIN a-key' }, 'certificate'],
    [{ api_key: 'env:not a name a-key' }, 'api_key'],
  ])('takes none as it is: %j', (settings, path) => {
    const { problems } = read(custom(settings));
    expect(problems).toEqual([
      `${WHERE}.providers[0].custom_settings.${path} looks like a key: write env:NAME there and put the key into the environment variable NAME`,
    ]);
  });

  it.each([
    { folder_id: 'b1g', baseUrl: 'https://eu.example.com', maxTokens: 5, keyboard: 'x', api_key: '' },
    { headers: { region: 'eu' } },
    { api_key: 'env:NAME' },
  ])('takes what is none: %j', (settings) => {
    expect(read(custom(settings)).problems).toEqual([]);
  });

  it('looks references up, and shows the keys to nobody who did not ask for them', () => {
    const settings = { apiKey: 'env:EU_KEY', baseUrl: 'https://eu.example.com', nested: [{ token: 'env:EU_KEY' }] };
    const { settings: found } = read(custom(settings), { environment: { EU_KEY: ' the key\n' } });
    const provider = found.providers[0]!;
    expect(provider.account).toEqual({ apiKey: 'the key', baseUrl: 'https://eu.example.com', nested: [{ token: 'the key' }] });
    expect(provider.custom_settings).toEqual(settings);
    expect(JSON.stringify(Object.assign({}, provider))).not.toContain('the key');
    expect(read(custom({}), { environment: {} }).settings.providers[0]?.account).toBeUndefined();
    expect(read(custom(settings)).settings.providers[0]?.account).toBeUndefined();
  });

  it.each([{}, { EU_KEY: '' }, { EU_KEY: ' \n' }, { EU_KEY: undefined }])('says which variable is not set: %j', (environment) => {
    const { problems } = read(custom({ apiKey: 'env:EU_KEY', other: 'env:constructor' }), { environment });
    expect(problems).toEqual([
      `${WHERE}.providers[0].custom_settings.apiKey refers to the environment variable EU_KEY, which is not set`,
      `${WHERE}.providers[0].custom_settings.other refers to the environment variable constructor, which is not set`,
    ]);
  });

  it('looks as deep as it is nested', () => {
    let nested: object = { api_key: 'a-key' };
    for (let depth = 0; depth < 50_000; depth += 1) nested = [nested];
    expect(read(custom({ nested })).problems).toHaveLength(1);
  });
});
