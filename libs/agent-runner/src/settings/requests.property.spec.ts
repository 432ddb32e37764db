import * as fc from 'fast-check';
import { readVoiceSettings } from './read-voice-settings.js';
import { limitsOf, speechDefaults, transcriptionDefaults } from './requests.js';
import { INTENT_DETECTION_MODES, STT_SAMPLE_RATES, TTS_AUDIO_FORMATS } from './voice-settings.js';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
const language = fc.constantFrom('ru-RU', 'en', 'en-US', 'kk-KZ', 'zh-Hans-CN');
const params = fc.dictionary(word, fc.oneof(fc.integer(), fc.boolean(), word));
// Every field may be left out, or be null as the old platform writes it.
const some = <T extends object>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, fc.option(one as fc.Arbitrary<unknown>)])), {
    requiredKeys: [],
  });

const stt = some({
  enabled: fc.boolean(),
  model: word,
  language,
  max_duration: number(1, 600),
  enable_word_time_offsets: fc.boolean(),
  enable_automatic_punctuation: fc.boolean(),
  enable_profanity_filter: fc.boolean(),
  audio_channel_count: fc.integer({ min: 1, max: 8 }),
  sample_rate_hertz: fc.constantFrom(...STT_SAMPLE_RATES),
  custom_params: params,
});
const tts = some({
  enabled: fc.boolean(),
  model: word,
  voice: word,
  language,
  speed: number(0.25, 4),
  pitch: number(-20, 20),
  volume_gain_db: number(-20, 20),
  audio_format: fc.constantFrom(...TTS_AUDIO_FORMATS),
  sample_rate: fc.integer({ min: 8000, max: 48_000 }),
  custom_params: params,
});
const providers = fc
  .uniqueArray(fc.tuple(word, fc.integer({ min: 1, max: 1000 })), { maxLength: 5, selector: ([name]) => name })
  .map((entries) => entries.filter(([, priority], index) => entries.findIndex((other) => other[1] === priority) === index))
  .chain((entries) =>
    fc.tuple(
      ...entries.map(([provider, priority]) =>
        fc.record({ provider: fc.constant(provider), priority: fc.constant(priority), fallback_enabled: fc.boolean(), stt, tts }),
      ),
    ),
  );
const voice = some({
  enabled: fc.boolean(),
  intent_detection_mode: fc.constantFrom(...INTENT_DETECTION_MODES),
  intent_keywords: fc.array(fc.string()),
  auto_stt: fc.boolean(),
  auto_tts_on_keywords: fc.boolean(),
  max_file_size_mb: number(1, 100),
  cache_enabled: fc.boolean(),
  cache_ttl_hours: number(1, 168),
  rate_limit_per_minute: fc.integer({ min: 1, max: 100 }),
});

type Plain = Record<string, unknown>;
/** What was given, or the default of the table. */
const valueOf = (section: Plain, field: string, standard?: unknown) => section[field] ?? standard;
const given = (fields: Plain) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
const optionsOf = (section: Plain) => {
  const options = (section['custom_params'] ?? {}) as Plain;
  return Object.keys(options).length > 0 ? options : undefined;
};

const expectedSpeech = (section: Plain) =>
  given({
    model: valueOf(section, 'model'),
    voice: valueOf(section, 'voice'),
    language: valueOf(section, 'language', 'ru-RU'),
    speed: valueOf(section, 'speed', 1),
    pitch: valueOf(section, 'pitch', 0),
    volumeGain: valueOf(section, 'volume_gain_db', 0),
    options: optionsOf(section),
  });
const expectedTranscription = (section: Plain) =>
  given({
    model: valueOf(section, 'model'),
    language: valueOf(section, 'language', 'ru-RU'),
    maximumSeconds: valueOf(section, 'max_duration', 60),
    punctuation: valueOf(section, 'enable_automatic_punctuation', true),
    profanityFilter: valueOf(section, 'enable_profanity_filter', false),
    words: valueOf(section, 'enable_word_time_offsets', false),
    options: optionsOf(section),
  });

describe('settings, whatever they are', () => {
  it('come out in the requests as they were given', () => {
    fc.assert(
      fc.property(voice, providers, (plain: Plain, entries) => {
        const written = entries.map(({ stt: stt_config, tts: tts_config, ...entry }) => ({ ...entry, stt_config, tts_config }));
        const { settings, problems, warnings } = readVoiceSettings({ ...plain, providers: written }, 'voice_settings');
        expect(problems).toEqual([]);
        expect(warnings.filter(({ message }) => !message.startsWith('None of them'))).toEqual([]);
        const agent = { id: 'a', tenant: 't', voice: settings };
        const common = {
          tenant: 't',
          agent: 'a',
          cache: valueOf(plain, 'cache_enabled', true),
          cacheTtlSeconds: Number(valueOf(plain, 'cache_ttl_hours', 24)) * 3600,
          rateLimitPerMinute: valueOf(plain, 'rate_limit_per_minute', 10),
        };
        const inOrder = entries.toSorted((left, right) => left.priority - right.priority);
        const entryOf = ({ provider: name, priority, fallback_enabled: fallback }: (typeof entries)[number]) => ({
          name,
          priority,
          fallback,
        });
        const speaking = inOrder.filter((entry) => valueOf(entry.tts, 'enabled', true));
        const hearing = inOrder.filter((entry) => valueOf(entry.stt, 'enabled', true));
        const format = valueOf(speaking[0]?.tts ?? {}, 'audio_format', 'mp3');
        expect(speechDefaults(agent)).toEqual({
          ...common,
          ...(entries.length > 0 && { providers: speaking.map((entry) => ({ ...entryOf(entry), speech: expectedSpeech(entry.tts) })) }),
          ...(speaking[0] !== undefined && {
            format: format === 'ogg' ? 'opus' : format,
            sampleRate: valueOf(speaking[0].tts, 'sample_rate', 22_050),
          }),
        });
        expect(transcriptionDefaults(agent)).toEqual({
          ...common,
          ...(entries.length > 0 && {
            providers: hearing.map((entry) => ({ ...entryOf(entry), transcription: expectedTranscription(entry.stt) })),
          }),
          ...(hearing[0] !== undefined && {
            raw: {
              sampleRate: valueOf(hearing[0].stt, 'sample_rate_hertz', 16_000),
              channels: valueOf(hearing[0].stt, 'audio_channel_count', 1),
            },
          }),
        });
        expect(limitsOf(agent).maximumBytes).toBe(Math.floor(Number(valueOf(plain, 'max_file_size_mb', 25)) * 1_048_576));
      }),
    );
  });
});
