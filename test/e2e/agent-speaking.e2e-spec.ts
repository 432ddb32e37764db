import { TtsConfig } from '@parlance/agent-runner';
import { AgentWorld, DOWN, type Shape, type Vendor } from './support/agent-world.js';
import { describeSettings, type SettingCase } from './support/describe-settings.js';
import { at, audioOf, course, sent } from './support/vendor-calls.js';

type Section = Readonly<Record<string, unknown>>;
type Outcomes = SettingCase['outcomes'];

describe("what an agent's settings say of how its providers speak", () => {
  let world: AgentWorld;
  beforeAll(async () => {
    world = await AgentWorld.start();
  });
  afterAll(() => world.close());

  const say = async (shape: Shape, ...providers: Section[]) =>
    world.turn(world.agent(shape({ enabled: true, intent_detection_mode: 'always', providers })), {
      text: 'Hello there.',
      delivery: 'chunks',
    });
  const received = (vendor: Vendor, path: string, outcomes: Outcomes, beside: Section = {}): SettingCase => ({
    at: `${vendor}, ${path}`,
    see: async (section, shape) => {
      const events = await say(shape, { provider: vendor, tts_config: { ...beside, ...section } });
      expect(course(events)).toMatch(/^text (?:audio )+done$/);
      return at(await sent(world.standIns[vendor].calls[0]), path);
    },
    outcomes,
  });
  const heard = (vendor: Vendor, outcomes: Outcomes, beside: Section = {}): SettingCase => ({
    at: `${vendor}, the audio`,
    see: async (section, shape) => audioOf(await say(shape, { provider: vendor, tts_config: { ...beside, ...section } })),
    outcomes,
  });
  const english = { language: 'en-US' };

  describeSettings(TtsConfig, () => world, {
    enabled: [
      {
        at: 'who is asked',
        see: async (section, shape) => {
          await say(shape, { provider: 'openai', tts_config: section }, { provider: 'google' });
          return world.whoWasAsked();
        },
        outcomes: [
          [true, ['openai']],
          [false, ['google']],
        ],
      },
    ],
    model: [
      received('openai', 'model', [
        ['tts-1', 'tts-1'],
        ['tts-1-hd', 'tts-1-hd'],
      ]),
      received(
        'google',
        'voice.modelName',
        [
          ['gemini-2.5-flash-tts', 'gemini-2.5-flash-tts'],
          ['gemini-2.5-pro-tts', 'gemini-2.5-pro-tts'],
        ],
        { language: 'en-US', voice: 'Kore' },
      ),
    ],
    voice: [
      received('openai', 'voice', [
        ['alloy', 'alloy'],
        ['shimmer', 'shimmer'],
      ]),
      received('google', 'voice.name', [
        ['ru-RU-Wavenet-A', 'ru-RU-Wavenet-A'],
        ['ru-RU-Standard-B', 'ru-RU-Standard-B'],
      ]),
      received('yandex', 'hints.voice', [
        ['jane', 'jane'],
        ['filipp', 'filipp'],
        ['oksana', 'marina'],
      ]),
      received(
        'deepgram',
        'model',
        [
          ['aura-2-zeus-en', 'aura-2-zeus-en'],
          ['aura-asteria-en', 'aura-asteria-en'],
        ],
        english,
      ),
    ],
    language: [
      received('google', 'voice.languageCode', [
        [undefined, 'ru-RU'],
        ['de-DE', 'de-DE'],
      ]),
      received('yandex', 'hints.voice', [
        [undefined, 'marina'],
        ['en-US', 'john'],
      ]),
      received('deepgram', 'model', [
        ['en-US', 'aura-2-thalia-en'],
        ['es-ES', 'aura-2-celeste-es'],
      ]),
    ],
    speed: [
      received('openai', 'speed', [
        [undefined, undefined],
        [4, 4],
        [0.25, 0.25],
      ]),
      received('google', 'audioConfig.speakingRate', [
        [undefined, undefined],
        [1.25, 1.25],
      ]),
      received('yandex', 'hints.speed', [
        [1.25, 1.25],
        [4, 3],
      ]),
      received(
        'deepgram',
        'speed',
        [
          [undefined, undefined],
          [1.25, '1.25'],
        ],
        english,
      ),
    ],
    pitch: [
      received(
        'google',
        'audioConfig.pitch',
        [
          [undefined, undefined],
          [-20, -20],
          [2.5, 2.5],
        ],
        { voice: 'ru-RU-Wavenet-A' },
      ),
    ],
    volume_gain_db: [
      received('google', 'audioConfig.volumeGainDb', [
        [undefined, undefined],
        [6, 6],
        [-96, -20],
      ]),
      received('yandex', 'hints.volume', [
        [undefined, undefined],
        [6, -13],
      ]),
    ],
    audio_format: [
      heard('openai', [
        [undefined, { format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 22_050, kind: 'mp3' }],
        ['opus', { format: 'opus', mediaType: 'audio/ogg', sampleRate: 24_000, kind: 'ogg' }],
        ['ogg', { format: 'opus', mediaType: 'audio/ogg', sampleRate: 24_000, kind: 'ogg' }],
        ['flac', { format: 'flac', mediaType: 'audio/flac', sampleRate: 22_050, kind: 'flac' }],
        ['wav', { format: 'wav', mediaType: 'audio/wav', sampleRate: 22_050, kind: 'wav' }],
        ['pcm', { format: 'pcm', mediaType: 'audio/pcm', sampleRate: 22_050, kind: undefined }],
        // There is no ffmpeg here: it comes as the vendor makes it.
        ['aac', { format: 'aac', mediaType: 'audio/aac', sampleRate: 24_000, kind: 'aac' }],
      ]),
    ],
    sample_rate: [
      heard('google', [
        [16_000, { format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 16_000, kind: 'mp3' }],
        [44_100, { format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 44_100, kind: 'mp3' }],
      ]),
      received('google', 'audioConfig.sampleRateHertz', [
        [undefined, 22_050],
        [48_000, 48_000],
      ]),
      received('yandex', 'outputAudioSpec.rawAudio.sampleRateHertz', [
        [undefined, '22050'],
        [16_000, '16000'],
      ]),
      received(
        'deepgram',
        'sample_rate',
        [
          [undefined, '24000'],
          [48_000, '48000'],
        ],
        english,
      ),
    ],
    custom_params: [
      received('openai', 'stream_format', [
        [{ stream_format: 'audio' }, 'audio'],
        [{}, undefined],
      ]),
      received('google', 'audioConfig.effectsProfileId', [
        [{ audioConfig: { effectsProfileId: ['telephony-class-application'] } }, ['telephony-class-application']],
        [{}, undefined],
      ]),
      received(
        'yandex',
        'hints.role',
        [
          [{ role: 'evil' }, 'evil'],
          [{}, undefined],
        ],
        { voice: 'jane' },
      ),
      received(
        'deepgram',
        'mip_opt_out',
        [
          [{ mip_opt_out: true }, 'true'],
          [{}, undefined],
        ],
        english,
      ),
    ],
  });

  it('what a vendor does not have is left out, and told', async () => {
    world.reset();
    const config = { speed: 1.5, pitch: 3, volume_gain_db: 6, sample_rate: 24_000 };
    const events = await say((settings) => ({ voice_settings: settings }), { provider: 'openai', tts_config: config });
    expect(events.at(-1)).toMatchObject({ type: 'done', warnings: [{ param: 'pitch' }, { param: 'volumeGain' }] });
  });

  it('a reply has one format and one rate, those of the first, whoever speaks', async () => {
    world.reset();
    world.standIns.openai.fail(DOWN);
    const shape: Shape = (settings) => ({ voice_settings: settings });
    const events = await say(
      shape,
      { provider: 'openai', tts_config: { audio_format: 'flac', sample_rate: 16_000 } },
      { provider: 'google', tts_config: { audio_format: 'mp3', sample_rate: 48_000 } },
    );
    expect(world.whoWasAsked()).toEqual(['openai', 'google']);
    expect(audioOf(events)).toMatchObject({ format: 'flac', sampleRate: 16_000, kind: 'flac' });
    expect(at(await sent(world.standIns.google.calls[0]), 'audioConfig.sampleRateHertz')).toBe(16_000);
  });
});
