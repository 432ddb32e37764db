import { readVoiceSettings, type VoiceSettingsContext } from './read-voice-settings.js';

const WHERE = 'voice_settings';
const read = (value: unknown, context?: VoiceSettingsContext) => readVoiceSettings(value, WHERE, context);
const pathsOf = (warnings: readonly { path: string }[]) => warnings.map(({ path }) => path.replace(`${WHERE}.`, ''));

describe('readVoiceSettings, of what the old platform named', () => {
  const speaking = (provider: string, tts_config: object) => ({ providers: [{ provider, tts_config, stt_config: {} }] });

  it('says when a model ends, and what comes after it', () => {
    const ends: Record<string, { retires: string; successor?: string }> = {
      'openai/tts-1': { retires: '2027-01-06', successor: 'gpt-realtime-2.1-mini' },
      'openai/whisper-1': { retires: '2027-02-26' },
    };
    const retirementOf = (provider: string, model: string) => ends[`${provider}/${model}`];
    const providers = [
      { provider: 'openai', stt_config: { model: 'whisper-1' }, tts_config: { model: 'tts-1' } },
      { provider: 'groq', stt_config: { model: 'whisper-1' }, tts_config: { model: 'tts-1' } },
    ];
    expect(read({ providers }, { retirementOf })).toMatchObject({
      problems: [],
      warnings: [
        { path: `${WHERE}.providers[0].stt_config.model`, message: 'The model openai/whisper-1 is served by its vendor until 2027-02-26.' },
        {
          path: `${WHERE}.providers[0].tts_config.model`,
          message: 'The model openai/tts-1 is served by its vendor until 2027-01-06. Its successor is gpt-realtime-2.1-mini.',
        },
      ],
    });
  });

  it.each([
    ['oksana', 'marina'],
    ['alyss', 'john'],
  ])('names the successor of the voice %s', (voice, successor) => {
    expect(read(speaking('yandex', { voice }))).toMatchObject({
      problems: [],
      warnings: [{ path: `${WHERE}.providers[0].tts_config.voice`, message: expect.stringContaining(`: ${successor} speaks instead`) }],
    });
    expect(read(speaking('other', { voice })).warnings).toEqual([]);
  });

  it.each(['jane', 'omazh', 'zahar', 'ermil', 'alena', 'filipp', 'john'])('knows that the voice %s is still there', (voice) => {
    expect(read(speaking('yandex', { voice }))).toMatchObject({ problems: [], warnings: [] });
  });

  it.each(['standard', 'wavenet', 'neural2', 'polyglot', 'studio', 'journey'])('says that %s is no model of Google', (model) => {
    expect(pathsOf(read(speaking('google', { model })).warnings)).toEqual(['providers[0].tts_config.model']);
  });

  it('says what is quieter than can be had', () => {
    expect(pathsOf(read(speaking('google', { volume_gain_db: -40 })).warnings)).toEqual(['providers[0].tts_config.volume_gain_db']);
    expect(read(speaking('google', { volume_gain_db: -20 })).warnings).toEqual([]);
  });
});
