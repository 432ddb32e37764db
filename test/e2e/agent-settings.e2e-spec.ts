import { ProviderSettings, VoiceSettings } from '@parlance/agent-runner';
import { OPENAI_KEY, spokenAudio, YANDEX_FOLDER } from '@parlance/testing';
import { AGENT_KEY, AgentWorld, DOWN, type Message, type Shape } from './support/agent-world.js';
import { describeSettings, type SettingCase } from './support/describe-settings.js';
import { longSpeech } from './support/recordings.js';
import { course } from './support/vendor-calls.js';

type Section = Readonly<Record<string, unknown>>;

describe("what an agent's settings say", () => {
  let world: AgentWorld;
  beforeAll(async () => {
    world = await AgentWorld.start();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => world.close());

  const recording = { audio: spokenAudio('wav'), filename: 'speech.wav' };
  const hello = { text: 'Hello there.', delivery: 'chunks' } as const;
  const asked = (text: string) => ({ text, delivery: 'chunks' }) as const;
  const speaking = { enabled: true, intent_detection_mode: 'always', providers: [{ provider: 'openai' }] };
  const silent = { ...speaking, intent_detection_mode: 'disabled' };
  /** Chunks of one reply count as one. */
  const told = (events: Parameters<typeof course>[0]) => course(events).replaceAll(/(?:audio )+/g, 'audio ');

  /** What one message comes to, and who was asked for it. */
  const answer = (where: string, base: Section, message: Message, outcomes: SettingCase['outcomes']) => ({
    at: where,
    see: async (section: Section, shape: Shape) => {
      const events = await world.turn(world.agent(shape({ ...base, ...section })), message);
      return [told(events), ...world.whoWasAsked()];
    },
    outcomes,
  });

  describe('of its voice', () => {
    const { intent_detection_mode: _always, ...byKeywords } = speaking;
    const spoken = ['text audio done', 'openai'];
    const written = ['text done'];
    const heard = ['transcript text done', 'openai'];

    describeSettings(VoiceSettings, () => world, {
      enabled: [
        answer('a text', speaking, hello, [
          [true, spoken],
          [false, written],
        ]),
        answer('a recording', silent, recording, [
          [true, heard],
          [false, ['unsupported']],
        ]),
      ],
      intent_detection_mode: [
        answer('a text without a keyword', byKeywords, hello, [
          ['always', spoken],
          ['keywords', written],
        ]),
        answer('a text with one', byKeywords, asked('Скажи привет.'), [
          [undefined, spoken],
          ['disabled', written],
        ]),
      ],
      intent_keywords: [
        answer('a text', byKeywords, asked('A parrot speaks.'), [
          [['parrot'], spoken],
          [undefined, written],
        ]),
      ],
      auto_tts_on_keywords: [
        answer('a text with a keyword', byKeywords, asked('Озвучь это.'), [
          [undefined, spoken],
          [false, written],
        ]),
      ],
      auto_stt: [
        answer('a recording', silent, recording, [
          [undefined, heard],
          [false, written],
        ]),
      ],
      max_file_size_mb: [
        // 1.46 MiB
        answer('a recording', silent, { audio: longSpeech(48), filename: 'speech.wav' }, [
          [1, ['too_large']],
          [1.5, heard],
        ]),
      ],
      cache_enabled: (
        [
          ['the same text twice', speaking, hello],
          ['the same recording twice', silent, recording],
        ] as const
      ).map(([where, base, message]) => ({
        at: where,
        see: async (section: Section, shape: Shape) => {
          const agent = world.agent(shape({ ...base, ...section }));
          const ends = [await world.turn(agent, message), await world.turn(agent, message)].map((events) => events.at(-1)?.type);
          return [...ends, ...world.whoWasAsked()];
        },
        outcomes: [
          [undefined, ['done', 'done', 'openai']],
          [false, ['done', 'done', 'openai', 'openai']],
        ],
      })),
      cache_ttl_hours: (
        [
          ['speech', speaking, hello],
          ['a transcript', silent, recording],
        ] as const
      ).map(([where, base, message]) => ({
        at: where,
        see: async (section: Section, shape: Shape) => {
          const set = jest.spyOn(world.cache, 'set');
          await world.turn(world.agent(shape({ ...base, ...section })), message);
          const seconds = set.mock.calls.map(([, , ttlSeconds]) => ttlSeconds);
          set.mockRestore();
          return [...new Set(seconds)];
        },
        outcomes: [
          [1, [3600]],
          [undefined, [86_400]],
          [168, [604_800]],
        ],
      })),
      rate_limit_per_minute: (
        [
          ['texts', speaking, hello, 'text audio done', 'text rate'],
          ['recordings', silent, recording, 'transcript text done', 'rate'],
          ['recordings that nobody hears', { ...speaking, auto_stt: false }, recording, 'text audio done', 'text rate'],
        ] as const
      ).map(([where, base, message, good, refused]) => ({
        at: where,
        see: async (section: Section, shape: Shape) => {
          const agent = world.agent(shape({ ...base, ...section }));
          const turns: string[] = [];
          for (const user of ['ann', 'ann', 'bob']) turns.push(told(await world.turn(agent, { ...message, user })));
          return turns;
        },
        outcomes: [
          [1, [good, refused, good]],
          [2, [good, good, good]],
        ],
      })),
      providers: [
        answer('a text', { ...speaking, providers: undefined }, hello, [
          [undefined, ['text audio done', 'deepgram']],
          [[{ provider: 'google' }], ['text audio done', 'google']],
        ]),
        answer('a recording', { ...silent, providers: undefined }, recording, [
          [[], ['transcript text done', 'deepgram']],
          [[{ provider: 'google' }], ['transcript text done', 'google']],
        ]),
      ],
    });
  });

  describe('of a provider', () => {
    /** Of a text and then of a recording: what came of it, and who was asked. */
    const both = (where: string, providersOf: (section: Section) => Section[], outcomes: SettingCase['outcomes']): SettingCase => ({
      at: where,
      see: async (section, shape) => {
        const providers = providersOf(section);
        const turns: string[] = [];
        turns.push(told(await world.turn(world.agent(shape({ ...speaking, providers })), hello)));
        turns.push(told(await world.turn(world.agent(shape({ ...silent, providers })), recording)));
        return [...turns, ...world.whoWasAsked()];
      },
      outcomes,
    });
    const fine = ['text audio done', 'transcript text done'];
    const broken = ['text server', 'server'];
    const google = { provider: 'google', priority: 5 };
    const openaiDown = () => world.standIns.openai.fail(DOWN, DOWN);
    const keyAndFolder = (name: 'openai' | 'yandex', header: string, outcomes: SettingCase['outcomes']): SettingCase => ({
      at: `${name}, the ${header}`,
      see: async (section, shape) => {
        await world.turn(world.agent(shape({ ...speaking, providers: [{ provider: name, ...section }] })), hello);
        return world.standIns[name].calls.map(({ headers }) => headers[header] ?? 'none');
      },
      outcomes,
    });

    describeSettings(ProviderSettings, () => world, {
      provider: [
        both(
          'who is asked',
          (section) => [section],
          (['openai', 'google', 'yandex', 'deepgram'] as const).map((name) => [name, [...fine, name, name]]),
        ),
      ],
      priority: [
        both('who is first', (section) => [google, { provider: 'openai', ...section }], [
          [1, [...fine, 'openai', 'openai']],
          [9, [...fine, 'google', 'google']],
        ]),
      ],
      stt_config: [
        both('beside the other', (section) => [{ provider: 'openai', tts_config: {}, ...section }, google], [
          [{}, [...fine, 'openai', 'openai']],
          [undefined, [...fine, 'openai', 'google']],
        ]),
      ],
      tts_config: [
        both('beside the other', (section) => [{ provider: 'openai', stt_config: {}, ...section }, google], [
          [{}, [...fine, 'openai', 'openai']],
          [undefined, [...fine, 'openai', 'google']],
        ]),
      ],
      fallback_enabled: [
        both(
          'the first fails',
          (section) => {
            openaiDown();
            return [{ provider: 'openai' }, { ...google, ...section }];
          },
          [
            [undefined, [...fine, 'openai', 'openai', 'google', 'google']],
            [false, [...broken, 'openai', 'openai']],
          ],
        ),
      ],
      custom_settings: [
        both('another address, another key', (section) => [{ provider: 'openai', ...section }], [
          [undefined, [...fine, 'openai', 'openai']],
          [() => ({ baseUrl: `${world.standIns.other.url}/v1`, apiKey: 'env:OTHER_KEY' }), [...fine, 'other', 'other']],
        ]),
        keyAndFolder('openai', 'authorization', [
          [{ apiKey: 'env:AGENT_KEY' }, [`Bearer ${AGENT_KEY}`]],
          [{ apiKey: 'env:OTHER_KEY' }, [`Bearer ${OPENAI_KEY}`]],
        ]),
        keyAndFolder('yandex', 'x-folder-id', [
          [{ folderId: YANDEX_FOLDER }, [YANDEX_FOLDER]],
          [undefined, ['none']],
        ]),
      ],
    });
  });

  it('a provider that is no fallback is asked where it stands first, and those after it', async () => {
    world.reset();
    world.standIns.google.fail(DOWN);
    const providers = [
      { provider: 'openai', priority: 7 },
      { provider: 'google', priority: 5, fallback_enabled: false },
    ];
    expect(told(await world.turn(world.agent({ voice_settings: { ...speaking, providers } }), hello))).toBe('text audio done');
    expect(world.whoWasAsked().toSorted()).toEqual(['google', 'openai']);
  });

  it('means the same when it comes with a request, which can say nothing about keys and addresses', async () => {
    world.reset();
    const voice = { ...speaking, providers: [{ provider: 'openai', tts_config: { voice: 'nova' } }] };
    const agent = world.agent({ config: { simple: { settings: { voice_settings: voice } } } }, 'fromRequest');
    expect(told(await world.turn(agent, hello))).toBe('text audio done');
    expect(world.standIns.openai.calls[0]?.body.toString()).toContain('"voice":"nova"');
    const own = { ...voice, providers: [{ provider: 'openai', custom_settings: { apiKey: 'env:OTHER_KEY' } }] };
    expect(() => world.agent({ voice_settings: own }, 'fromRequest')).toThrow('providers[0].custom_settings is not taken from a request');
  });

  it('counts where both shapes stand only in the nested one', async () => {
    world.reset();
    const agent = world.agent({
      voice_settings: { ...speaking, providers: [{ provider: 'google' }] },
      config: { simple: { settings: { voice_settings: speaking } } },
    });
    await world.turn(agent, hello);
    expect(world.whoWasAsked()).toEqual(['openai']);
    expect(agent.warnings).toContainEqual({ path: 'voice_settings', message: expect.stringContaining('no effect') });
  });
});
