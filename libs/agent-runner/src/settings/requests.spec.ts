import { readAgent } from '../agents/read-agent.js';
import { limitsOf, speechDefaults, transcriptionDefaults } from './requests.js';
import type { KnownProviders } from './usable-providers.js';

const agentOf = (voice_settings: object, knownProviders?: KnownProviders) => {
  const { agent, problems } = readAgent(
    { agent_id: 'support', tenant: 'acme', voice_settings },
    { source: 'file', environment: { KEY: 'the key' }, ...(knownProviders && { knownProviders }) },
  );
  expect(problems).toEqual([]);
  return agent!;
};
const namesOf = ({ providers }: { providers?: readonly { name: string }[] }) => providers?.map(({ name }) => name);

const COMMON = { tenant: 'acme', agent: 'support', cache: true, cacheTtlSeconds: 86_400, rateLimitPerMinute: 10 };

describe('speechDefaults and transcriptionDefaults', () => {
  it('leave the plan to the service where the agent names nobody', () => {
    const agent = agentOf({});
    expect(speechDefaults(agent)).toEqual(COMMON);
    expect(transcriptionDefaults(agent)).toEqual(COMMON);
  });

  it('ask by priority, and each for its own', () => {
    const agent = agentOf({
      cache_enabled: false,
      cache_ttl_hours: 2,
      rate_limit_per_minute: 3,
      providers: [
        {
          provider: 'yandex',
          priority: 9,
          fallback_enabled: false,
          stt_config: { model: 'general', sample_rate_hertz: 48_000, audio_channel_count: 2 },
          tts_config: { voice: 'oksana', audio_format: 'wav', sample_rate: 48_000, volume_gain_db: -90 },
        },
        {
          provider: 'openai',
          priority: 2,
          custom_settings: { apiKey: 'env:KEY' },
          stt_config: {
            model: 'whisper-1',
            language: 'en',
            max_duration: 120,
            enable_word_time_offsets: true,
            enable_automatic_punctuation: false,
            enable_profanity_filter: true,
            sample_rate_hertz: 8000,
            custom_params: { prompt: 'names' },
          },
          tts_config: {
            model: 'tts-1',
            voice: 'alloy',
            language: 'en-GB',
            speed: 1.5,
            pitch: -2,
            volume_gain_db: 3,
            audio_format: 'ogg',
            sample_rate: 16_000,
            custom_params: { instructions: 'softly' },
          },
        },
        { provider: 'google', priority: 5, tts_config: { model: 'wavenet', voice: 'ru-RU-Wavenet-A' } },
      ],
    });
    const common = { ...COMMON, cache: false, cacheTtlSeconds: 7200, rateLimitPerMinute: 3 };
    expect(speechDefaults(agent)).toEqual({
      ...common,
      format: 'opus',
      sampleRate: 16_000,
      providers: [
        {
          name: 'openai',
          priority: 2,
          fallback: true,
          account: { apiKey: 'the key' },
          speech: {
            model: 'tts-1',
            voice: 'alloy',
            language: 'en-GB',
            speed: 1.5,
            pitch: -2,
            volumeGain: 3,
            options: { instructions: 'softly' },
          },
        },
        {
          name: 'google',
          priority: 5,
          fallback: true,
          speech: { voice: 'ru-RU-Wavenet-A', language: 'ru-RU', speed: 1, pitch: 0, volumeGain: 0 },
        },
        {
          name: 'yandex',
          priority: 9,
          fallback: false,
          speech: { voice: 'marina', language: 'ru-RU', speed: 1, pitch: 0, volumeGain: -20 },
        },
      ],
    });
    expect(transcriptionDefaults(agent)).toEqual({
      ...common,
      raw: { sampleRate: 8000, channels: 1 },
      providers: [
        {
          name: 'openai',
          priority: 2,
          fallback: true,
          account: { apiKey: 'the key' },
          transcription: {
            model: 'whisper-1',
            language: 'en',
            maximumSeconds: 120,
            punctuation: false,
            profanityFilter: true,
            words: true,
            options: { prompt: 'names' },
          },
        },
        {
          name: 'yandex',
          priority: 9,
          fallback: false,
          transcription: {
            model: 'general',
            language: 'ru-RU',
            maximumSeconds: 60,
            punctuation: true,
            profanityFilter: false,
            words: false,
          },
        },
      ],
    });
  });

  it.each([
    ['neither section', {}, ['p'], ['p']],
    ['how to speak', { tts_config: {} }, ['p'], []],
    ['how to hear', { stt_config: {} }, [], ['p']],
    ['both', { tts_config: {}, stt_config: {} }, ['p'], ['p']],
    ['that it is not to speak', { tts_config: { enabled: false }, stt_config: {} }, [], ['p']],
    ['that it is not to hear', { tts_config: {}, stt_config: { enabled: false } }, ['p'], []],
    ['that it is not to speak, and nothing else', { tts_config: { enabled: false } }, [], []],
  ])('ask whoever has %s', (_, sections, speaking, hearing) => {
    const agent = agentOf({ providers: [{ provider: 'p', ...sections }] });
    expect(namesOf(speechDefaults(agent))).toEqual(speaking);
    expect(namesOf(transcriptionDefaults(agent))).toEqual(hearing);
  });

  it('have the service decide how a provider without sections speaks and hears', () => {
    const agent = agentOf({ providers: [{ provider: 'p' }] });
    expect(speechDefaults(agent)).toEqual({
      ...COMMON,
      format: 'mp3',
      sampleRate: 22_050,
      providers: [{ name: 'p', priority: 1, fallback: true }],
    });
    expect(transcriptionDefaults(agent)).toEqual({ ...COMMON, providers: [{ name: 'p', priority: 1, fallback: true }] });
  });

  it('leave out who is not there, and ask nobody rather than somebody the agent did not name', () => {
    const voice = { providers: [{ provider: 'a', tts_config: { audio_format: 'flac' }, stt_config: {} }, { provider: 'b' }] };
    const some = agentOf(voice, { speech: ['b'], transcription: ['a'] });
    expect(speechDefaults(some)).toMatchObject({ providers: [{ name: 'b' }], format: 'mp3' });
    expect(transcriptionDefaults(some)).toMatchObject({ providers: [{ name: 'a' }] });
    const none = agentOf(voice, { speech: [], transcription: [] });
    expect(speechDefaults(none)).toEqual({ ...COMMON, providers: [] });
    expect(transcriptionDefaults(none)).toEqual({ ...COMMON, providers: [] });
  });

  it('ask one of a name once: the first by priority', () => {
    const twice = [
      { provider: 'a', priority: 2, tts_config: { voice: 'second' } },
      { provider: 'a', priority: 1, tts_config: { voice: 'first' } },
    ];
    expect(speechDefaults(agentOf({ providers: twice })).providers).toMatchObject([{ name: 'a', speech: { voice: 'first' } }]);
  });
});

describe('limitsOf', () => {
  it.each([
    [25, 26_214_400],
    [1, 1_048_576],
    [1.3, 1_363_148],
  ])('%d MiB are %d bytes', (max_file_size_mb, maximumBytes) => {
    expect(limitsOf(agentOf({ max_file_size_mb }))).toEqual({ maximumBytes });
  });
});
