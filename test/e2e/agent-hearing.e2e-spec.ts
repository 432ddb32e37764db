import { SttConfig } from '@parlance/agent-runner';
import { spokenAudio } from '@parlance/testing';
import { AgentWorld, type Shape, type Vendor } from './support/agent-world.js';
import { describeSettings, type SettingCase } from './support/describe-settings.js';
import { at, course, secondsSent, sent } from './support/vendor-calls.js';

type Section = Readonly<Record<string, unknown>>;
type Outcomes = SettingCase['outcomes'];

describe("what an agent's settings say of how its providers hear", () => {
  let world: AgentWorld;
  beforeAll(async () => {
    world = await AgentWorld.start();
  });
  afterAll(() => world.close());

  const recording = { audio: spokenAudio('wav'), filename: 'speech.wav' };
  const hear = async (shape: Shape, message: { audio: Uint8Array; filename: string }, ...providers: Section[]) =>
    world.turn(world.agent(shape({ enabled: true, intent_detection_mode: 'disabled', providers })), message);
  const received = (vendor: Vendor, path: string, outcomes: Outcomes, beside: Section = {}): SettingCase => ({
    at: `${vendor}, ${path}`,
    see: async (section, shape) => {
      const events = await hear(shape, recording, { provider: vendor, stt_config: { ...beside, ...section } });
      expect(course(events)).toBe('transcript text done');
      return at(await sent(world.standIns[vendor].calls[0]), path);
    },
    outcomes,
  });
  const words = (vendor: Vendor): SettingCase => ({
    at: `${vendor}, the transcript`,
    see: async (section, shape) => {
      const [transcript] = await hear(shape, recording, { provider: vendor, stt_config: section });
      return at(transcript, 'words') !== undefined;
    },
    outcomes: [
      [true, true],
      [false, false],
    ],
  });
  /** Of two seconds of samples at 24 kHz, whatever they are said to be. */
  const samples = (vendor: Vendor, outcomes: Outcomes): SettingCase => ({
    at: `${vendor}, a recording without a header`,
    see: async (section, shape) => {
      const message = { audio: spokenAudio('pcm'), filename: 'speech.pcm' };
      const events = await hear(shape, message, { provider: vendor, stt_config: section });
      expect(course(events)).toBe('transcript text done');
      return secondsSent(world.standIns[vendor].calls[0]);
    },
    outcomes,
  });

  describeSettings(SttConfig, () => world, {
    enabled: [
      {
        at: 'who is asked',
        see: async (section, shape) => {
          await hear(shape, recording, { provider: 'openai', stt_config: section }, { provider: 'google' });
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
        ['whisper-1', ['whisper-1']],
        ['gpt-4o-transcribe', ['gpt-4o-transcribe']],
      ]),
      received('google', 'config.model', [
        ['latest_short', 'latest_short'],
        ['command_and_search', 'command_and_search'],
        [undefined, 'latest_long'],
      ]),
      received('yandex', 'topic', [
        [undefined, 'general'],
        ['general:rc', 'general:rc'],
      ]),
      received(
        'deepgram',
        'model',
        [
          ['nova-2', 'nova-2'],
          [undefined, 'nova-3'],
        ],
        { language: 'en-US' },
      ),
    ],
    language: [
      received('openai', 'language', [
        [undefined, ['ru']],
        ['de-DE', ['de']],
      ]),
      received('google', 'config.languageCode', [
        [undefined, 'ru-RU'],
        ['de-DE', 'de-DE'],
      ]),
      received('yandex', 'recognitionModel.languageRestriction.languageCode', [
        ['de-DE', ['de-DE']],
        ['en-US', ['en-US']],
      ]),
      received('yandex', 'lang', [
        [undefined, 'ru-RU'],
        ['de-DE', undefined],
      ]),
      received('deepgram', 'language', [
        [undefined, 'ru'],
        ['de-DE', 'de'],
      ]),
    ],
    max_duration: [
      {
        at: 'the next is asked',
        see: async (section, shape) => {
          const events = await hear(shape, recording, { provider: 'openai', stt_config: section }, { provider: 'google' });
          return [course(events), ...world.whoWasAsked()];
        },
        outcomes: [
          [1, ['transcript text done', 'google']],
          [2, ['transcript text done', 'google']],
          [3, ['transcript text done', 'openai']],
        ],
      },
      {
        at: 'nobody is left',
        see: async (section, shape) => {
          const [first, second] = ['openai', 'google'].map((provider) => ({ provider, stt_config: section }));
          const last = (await hear(shape, recording, first!, second!)).at(-1)!;
          return [last.type === 'error' ? last.error.message : last.type, ...world.whoWasAsked()];
        },
        outcomes: [
          [1, ['The recording is 2 seconds long; at most 1 are taken. Send it in parts.']],
          [undefined, ['done', 'openai']],
        ],
      },
    ],
    enable_word_time_offsets: [
      received('google', 'config.enableWordTimeOffsets', [
        [true, true],
        [undefined, false],
      ]),
      words('google'),
      words('deepgram'),
    ],
    enable_automatic_punctuation: [
      received('google', 'config.enableAutomaticPunctuation', [
        [undefined, true],
        [false, false],
      ]),
      received('deepgram', 'punctuate', [
        [undefined, 'true'],
        [false, 'false'],
      ]),
      received(
        'yandex',
        'recognitionModel.textNormalization.literatureText',
        [
          [undefined, true],
          [false, false],
        ],
        { language: 'en-US' },
      ),
    ],
    enable_profanity_filter: [
      received('google', 'config.profanityFilter', [
        [true, true],
        [undefined, false],
      ]),
      received('deepgram', 'profanity_filter', [
        [true, 'true'],
        [undefined, 'false'],
      ]),
      received('yandex', 'profanityFilter', [
        [true, 'true'],
        [undefined, 'false'],
      ]),
    ],
    audio_channel_count: (['yandex', 'deepgram'] as const).map((vendor) =>
      samples(vendor, [
        [undefined, 3.1],
        [2, 1.5],
      ]),
    ),
    sample_rate_hertz: (['openai', 'deepgram'] as const).map((vendor) =>
      samples(vendor, [
        [undefined, 3.1],
        [8000, 6.2],
        [48_000, 1],
      ]),
    ),
    custom_params: [
      received('openai', 'temperature', [
        [{ temperature: 0.5 }, ['0.5']],
        [undefined, undefined],
      ]),
      received('google', 'config.useEnhanced', [
        [{ useEnhanced: true }, true],
        [{}, undefined],
      ]),
      received('deepgram', 'numerals', [
        [{ numerals: true }, 'true'],
        [{}, undefined],
      ]),
    ],
  });

  it('what a vendor does not have is left out, and told', async () => {
    world.reset();
    const config = { enable_word_time_offsets: true, enable_automatic_punctuation: false, enable_profanity_filter: true };
    const events = await hear((settings) => ({ voice_settings: settings }), recording, { provider: 'openai', stt_config: config });
    const warnings = [{ param: 'punctuation' }, { param: 'profanityFilter' }, { param: 'words' }];
    expect(events.at(-1)).toMatchObject({ type: 'done', warnings });
  });
});
