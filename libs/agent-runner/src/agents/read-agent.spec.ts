import { VoiceSettings } from '../settings/voice-settings.js';
import { readAgent, type ReadAgentOptions } from './read-agent.js';

const read = (value: unknown, options: Partial<ReadAgentOptions> = {}) => readAgent(value, { source: 'file', ...options });
const good = (value: unknown, options: Partial<ReadAgentOptions> = {}) => {
  const { agent, problems } = read(value, options);
  expect(problems).toEqual([]);
  return agent!;
};
const nested = (voice_settings: unknown, beside: object = {}) => ({ config: { simple: { settings: { voice_settings, ...beside } } } });
const UNKNOWN = 'It is not known here: it was kept and has no effect.';

describe('readAgent', () => {
  it('fills in every default, and says how voice is switched on', () => {
    expect(good({}, { id: 'support' })).toEqual({
      id: 'support',
      name: 'support',
      tenant: 'default',
      graph: 'echo',
      secondMessage: 'wait',
      graphSettings: {},
      voice: new VoiceSettings(),
      warnings: [
        { path: 'voice_settings', message: 'There are none: voice is off. Write voice_settings: { enabled: true } to switch it on.' },
      ],
    });
  });

  it('reads every field', () => {
    const agent = good(
      {
        agent_id: 'support',
        id: 'other',
        name: 'Support',
        tenant: 'acme',
        graph: 'mine',
        second_message: 'cancel',
        retention_days: 7,
        graph_settings: { voice_for_voice: true },
        chat: {
          model: 'qwen3',
          base_url: 'http://127.0.0.1:11434/v1',
          api_key: 'env:CHAT_KEY',
          system_prompt: 'Be kind.',
          history_depth: 3,
          temperature: 0,
        },
        voice_settings: { enabled: true, auto_stt: false },
      },
      { environment: { CHAT_KEY: 'the key', OPENAI_API_KEY: 'another' } },
    );
    expect(agent).toEqual({
      id: 'support',
      name: 'Support',
      tenant: 'acme',
      graph: 'mine',
      secondMessage: 'cancel',
      retentionDays: 7,
      graphSettings: { voice_for_voice: true },
      chat: { model: 'qwen3', baseUrl: 'http://127.0.0.1:11434/v1', systemPrompt: 'Be kind.', historyDepth: 3, temperature: 0 },
      voice: Object.assign(new VoiceSettings(), { enabled: true, auto_stt: false }),
      warnings: [],
    });
    expect(agent.chat?.apiKey).toBe('the key');
    expect(JSON.stringify({ ...agent, chat: { ...agent.chat } })).not.toContain('the key');
  });

  it.each([
    [
      'agent_id',
      ['a', 'A.b_c-1', 'a'.repeat(128)],
      ['', 'a b', '../x', '..', 5, 'a'.repeat(129)],
      "must be 1 to 128 letters, digits, '.', '_' and '-'; it may be left out",
    ],
    ['id', ['a'], ['ä'], "must be 1 to 128 letters, digits, '.', '_' and '-'; it may be left out"],
    ['name', ['Поддержка'], ['', 5], 'must be a text of 1 to 256 characters; it may be left out'],
    ['tenant', ['acme'], ['a/b', ''], `must be 1 to 128 letters, digits, '.', '_' and '-'; default "default"`],
    ['graph', ['echo', 'my-graph'], ['', {}], "must be 1 to 128 letters, digits, '.', '_' and '-'; it may be left out"],
    ['second_message', ['wait', 'cancel'], ['drop', true], 'must be one of wait, cancel; default "wait"'],
    ['retention_days', [1, 3650], [0, 3651, 1.5], 'must be a whole number from 1 to 3650; it may be left out'],
    ['graph_settings', [{}], [[], 'x'], 'must be a map; default {}'],
  ])('%s', (field, values, bad, problem) => {
    for (const value of values) good({ [field]: value }, { id: 'x' });
    for (const value of bad) expect(read({ [field]: value }, { id: 'x' }).problems).toEqual([`${field} ${problem}`]);
    good({ [field]: null }, { id: 'x' });
  });

  it.each([
    ['model', ['gpt-5'], ['', 7, null], 'must be a text of 1 to 256 characters; it has to be there'],
    [
      'base_url',
      ['https://a.example/v1', 'http://127.0.0.1:1'],
      ['ftp://a', 'a.example', 'https://u:p@a', 'https://a/?k=1'],
      'must be an address such as https://example.com/v1, without a user, a query or a fragment; it may be left out',
    ],
    ['system_prompt', ['Be kind.'], [''], 'must be a text of 1 to 100000 characters; it may be left out'],
    ['history_depth', [1, 1000], [0, 1001, 1.5], 'must be a whole number from 1 to 1000; default 20'],
    ['temperature', [0, 2], [-0.1, 2.1, '1'], 'must be a number from 0 to 2; it may be left out'],
    [
      'api_key',
      ['env:KEY'],
      ['sk-123', '', 7],
      'must be env:NAME, where NAME is the environment variable with the key; default env:OPENAI_API_KEY',
    ],
  ])('chat.%s', (field, values, bad, problem) => {
    const options = { id: 'x', environment: { KEY: 'k' } };
    for (const value of values) good({ chat: { model: 'm', [field]: value } }, options);
    for (const value of bad) {
      expect(read({ chat: { model: 'm', [field]: value } }, options).problems).toEqual([`chat.${field} ${problem}`]);
    }
  });

  it.each([undefined, null, 'agent', 5, [], [{}]])('an agent is a map, not %p', (value) => {
    expect(read(value, { id: 'x' })).toEqual({ problems: [expect.stringMatching(/^the agent must be a map/)] });
  });

  it('needs an id from somewhere', () => {
    expect(read({}).problems).toEqual(["agent_id must be 1 to 128 letters, digits, '.', '_' and '-'; it has to be there"]);
    expect(read({}, { id: 'my agent' }).problems).toEqual([expect.stringMatching(/^agent_id must be/)]);
    expect(good({ id: 'short' }, { id: 'my agent' })).toMatchObject({ id: 'short', name: 'short' });
  });

  it('tells of everything at once', () => {
    const { agent, problems } = read({
      agent_id: '?',
      second_message: 'drop',
      graph: 'chat',
      chat: { model: '', api_key: 'env:NOWHERE', temperature: 9 },
      ...nested({ enabled: 1, providers: [{ provider: 'openai', tts_config: { speed: 9 }, custom_settings: { key: 'env:NOWHERE' } }] }),
    });
    expect(agent).toBeUndefined();
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toEqual([
      'agent_id',
      'second_message',
      'chat.model',
      'chat.temperature',
      'config.simple.settings.voice_settings.enabled',
      'config.simple.settings.voice_settings.providers[0].tts_config.speed',
      'config.simple.settings.voice_settings.providers[0].custom_settings.key',
      'chat.api_key',
    ]);
  });
});

describe('readAgent, of where voice settings stand', () => {
  it('takes them from either place, and the nested ones before the others', () => {
    expect(good({ voice_settings: { max_file_size_mb: 3 } }, { id: 'x' })).toMatchObject({ voice: { max_file_size_mb: 3 }, warnings: [] });
    expect(good(nested({ max_file_size_mb: 4 }), { id: 'x' })).toMatchObject({ voice: { max_file_size_mb: 4 }, warnings: [] });
    const both = good({ voice_settings: { max_file_size_mb: 'not looked at' }, ...nested({ max_file_size_mb: 4 }) }, { id: 'x' });
    expect(both.voice.max_file_size_mb).toBe(4);
    expect(both.warnings).toEqual([
      { path: 'voice_settings', message: 'They have no effect: those of config.simple.settings.voice_settings go before.' },
    ]);
  });

  it('does not take null for settings', () => {
    expect(good({ voice_settings: { enabled: true }, ...nested(null) }, { id: 'x' }).voice.enabled).toBe(true);
    for (const nothing of [{ voice_settings: null }, nested(null), { config: null }, { config: { simple: null } }]) {
      expect(good(nothing, { id: 'x' })).toMatchObject({ voice: { enabled: false }, warnings: [{ path: 'voice_settings' }] });
    }
  });

  it('says where what is wrong stands', () => {
    expect(read({ voice_settings: { enabled: 1 } }, { id: 'x' }).problems).toEqual([
      'voice_settings.enabled must be true or false; default false',
    ]);
    expect(read(nested([]), { id: 'x' }).problems).toEqual(['config.simple.settings.voice_settings must be a map']);
  });

  it('keeps what else there is, and says so', () => {
    const config = { version: 2, simple: { settings: { voice_settings: {}, model: 'gpt' }, kind: 'x' } };
    const { extra, warnings } = good(
      { status: 'active', config, chat: { model: 'm', top_p: 1 } },
      { id: 'x', environment: { OPENAI_API_KEY: 'k' } },
    );
    expect(extra).toEqual({ status: 'active', config, chat: { top_p: 1 } });
    expect(warnings).toEqual([
      { path: 'chat.top_p', message: UNKNOWN },
      { path: 'status', message: UNKNOWN },
      { path: 'config.version', message: UNKNOWN },
      { path: 'config.simple.kind', message: UNKNOWN },
      { path: 'config.simple.settings.model', message: UNKNOWN },
    ]);
    const odd = good({ config: 'v1', voice_settings: {} }, { id: 'x' });
    expect(odd).toMatchObject({ extra: { config: 'v1' }, warnings: [{ path: 'config', message: UNKNOWN }] });
  });
});

describe('readAgent, of graphs and their models', () => {
  it('chats where there is a model', () => {
    const environment = { OPENAI_API_KEY: 'the key\n' };
    const agent = good({ chat: { model: 'm' } }, { id: 'x', environment });
    expect(agent).toMatchObject({ graph: 'chat', chat: { model: 'm', historyDepth: 20 } });
    expect(agent.chat?.apiKey).toBe('the key');
    expect(good({ graph: 'echo', chat: { model: 'm' } }, { id: 'x', environment }).graph).toBe('echo');
    expect(read({ graph: 'chat' }, { id: 'x' }).problems).toEqual([expect.stringMatching(/^chat is required/)]);
  });

  it("sends OpenAI's key to OpenAI alone", () => {
    const environment = { OPENAI_API_KEY: 'the key' };
    const elsewhere = good({ chat: { model: 'm', base_url: 'http://127.0.0.1:1/v1' } }, { id: 'x', environment });
    expect(elsewhere.chat?.apiKey).toBeUndefined();
    const asked = { model: 'm', base_url: 'http://127.0.0.1:1/v1', api_key: 'env:OPENAI_API_KEY' };
    expect(good({ chat: asked }, { id: 'x', environment }).chat?.apiKey).toBe('the key');
  });

  it('loads without a key, and says so', () => {
    expect(good({ chat: { model: 'm' } }, { id: 'x' }).warnings).toContainEqual({
      path: 'chat.api_key',
      message: 'Set OPENAI_API_KEY, or write env:NAME here: without a key OpenAI does not answer.',
    });
    expect(read({ chat: { model: 'm', api_key: 'env:NOWHERE' } }, { id: 'x' }).problems).toEqual([
      'chat.api_key refers to the environment variable NOWHERE, which is not set',
    ]);
  });
});

describe('readAgent, of a request', () => {
  const environment = { EU_KEY: 'the key', OPENAI_API_KEY: 'the key' };
  const refusal = (value: object) => read(value, { source: 'request', id: 'inline', environment }).problems;

  it.each([
    [
      { voice_settings: { providers: [{ provider: 'a' }, { provider: 'b', custom_settings: { baseUrl: 'https://evil' } }] } },
      'voice_settings.providers[1].custom_settings',
    ],
    [{ chat: { model: 'm', base_url: 'https://evil.example' } }, 'chat.base_url'],
    [{ chat: { model: 'm', api_key: 'env:EU_KEY' } }, 'chat.api_key'],
    [{ chat: { model: 'm', system_prompt: 'env:EU_KEY' } }, 'chat.system_prompt'],
    [
      { voice_settings: { providers: [{ provider: 'a', tts_config: { custom_params: { x: ['env:EU_KEY'] } } }] } },
      'voice_settings.providers[0].tts_config.custom_params.x[0]',
    ],
    [{ anything: { at: 'env:EU_KEY' } }, 'anything.at'],
    [{ anything: 'env:NOT_SET' }, 'anything'],
  ])('refuses %j', (value, path) => {
    expect(refusal(value)).toEqual([
      `${path} is not taken from a request, because it could send keys of this server elsewhere: write it into a file of config/agents`,
    ]);
  });

  it('tells nobody which variables there are', () => {
    const ask = (name: string) =>
      refusal({
        chat: { model: 'm', api_key: `env:${name}` },
        voice_settings: { providers: [{ provider: 'a', custom_settings: { k: `env:${name}` } }] },
      });
    expect(ask('EU_KEY')).toEqual(ask('NOT_SET'));
  });

  it('takes everything else', () => {
    const agent = good(
      { chat: { model: 'm' }, voice_settings: { enabled: true, providers: [{ provider: 'a', custom_settings: {} }] } },
      { source: 'request', id: 'inline', environment },
    );
    expect(agent).toMatchObject({ id: 'inline', graph: 'chat', voice: { enabled: true } });
  });

  it('is not overrun', () => {
    let deep: object = {};
    for (let depth = 0; depth < 50_000; depth += 1) deep = { deep };
    good({ deep }, { source: 'request', id: 'inline' });
    good({ wide: Array.from({ length: 300_000 }, () => 'x') }, { source: 'request', id: 'inline' });
    expect(refusal({ many: Array.from({ length: 200_000 }, () => 'env:A') })).toHaveLength(100);
  });

  it('warns of a graph that is not there', () => {
    const warningsOf = (graph: string) => read({ agent_id: 'a', graph }, { knownGraphs: ['echo', 'mine'] }).agent?.warnings;
    const missing = { path: 'graph', message: expect.stringContaining('There are echo, mine.') };
    expect(warningsOf('mien')).toContainEqual(missing);
    expect(warningsOf('mine')).not.toContainEqual(missing);
  });

  it('hands parts to the libraries they are for, which say what is wrong with them', () => {
    const channels = jest.fn((_value: unknown, where: string) => ({
      settings: { a: 1 },
      warnings: [],
      problems: where === 'channels' ? [] : ['?'],
    }));
    const sections = {
      channels,
      other: () => ({ settings: undefined, warnings: [{ path: 'other', message: 'w' }], problems: ['other is wrong'] }),
    };
    const { agent } = read({ agent_id: 'a', channels: { telegram: {} } }, { sections, environment: { A: 'a' } });
    expect(channels).toHaveBeenCalledWith({ telegram: {} }, 'channels', { A: 'a' });
    expect(agent?.sections?.get('channels')).toEqual({ a: 1 });
    expect(Object.keys(agent ?? {})).not.toContain('sections');
    expect(read({ agent_id: 'a', other: {} }, { sections }).problems).toEqual(['other is wrong']);
    expect(read({ agent_id: 'a', channels: {} }, { sections, source: 'request' }).problems).toEqual([
      'channels is not taken from a request',
    ]);
    expect(channels).toHaveBeenCalledTimes(1);
  });
});
