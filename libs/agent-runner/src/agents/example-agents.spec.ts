import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { speechDefaults, transcriptionDefaults } from '../settings/requests.js';
import { readAgent } from './read-agent.js';

const preset = (name: string) =>
  JSON.parse(readFileSync(join(__dirname, '../../../../examples/agents', `${name}.json`), 'utf8')) as Record<string, unknown>;
const ENDS: Record<string, { retires: string; successor: string }> = {
  'openai/whisper-1': { retires: '2027-02-26', successor: 'gpt-transcribe' },
  'openai/tts-1': { retires: '2027-01-06', successor: 'gpt-realtime-2.1-mini' },
};
const retirementOf = (provider: string, model: string) => ENDS[`${provider}/${model}`];

const neutral = { language: 'ru-RU', speed: 1, pitch: 0, volumeGain: 0 };
const heard = { language: 'ru-RU', punctuation: true, profanityFilter: false, words: false };
const common = { tenant: 'default', cache: true, cacheTtlSeconds: 86_400, rateLimitPerMinute: 10 };

describe('the presets of the old platform, as they are', () => {
  it.each([
    [
      'openai',
      1,
      { model: 'tts-1', voice: 'alloy' },
      'mp3',
      { model: 'whisper-1', maximumSeconds: 120 },
      ['stt_config.model', 'tts_config.model'],
    ],
    ['google', 2, { voice: 'ru-RU-Wavenet-A' }, 'mp3', { model: 'latest_short', maximumSeconds: 60 }, []],
    ['yandex', 3, { voice: 'jane' }, 'opus', { model: 'general', maximumSeconds: 60 }, []],
  ])('%s', (name, priority, speech, format, transcription, ending) => {
    const known = { speech: ['openai', 'google', 'yandex'], transcription: ['openai', 'google', 'yandex'] };
    const { agent, problems } = readAgent(preset(name), { source: 'file', retirementOf, knownProviders: known });
    expect(problems).toEqual([]);
    expect(agent?.warnings.map(({ path }) => path)).toEqual(
      ending.map((path) => `config.simple.settings.voice_settings.providers[0].${path}`),
    );
    expect(agent).toMatchObject({ id: `voice-${name}`, graph: 'echo', voice: { enabled: true } });
    const entry = { name, priority, fallback: true };
    expect(speechDefaults(agent!)).toEqual({
      ...common,
      agent: `voice-${name}`,
      format,
      sampleRate: 22_050,
      providers: [{ ...entry, speech: { ...neutral, ...speech } }],
    });
    expect(transcriptionDefaults(agent!)).toEqual({
      ...common,
      agent: `voice-${name}`,
      raw: { sampleRate: 16_000, channels: 1 },
      providers: [{ ...entry, transcription: { ...heard, ...transcription } }],
    });
  });

  it.each(['openai', 'google', 'yandex'])('%s loads where it is not configured', (name) => {
    const { agent, problems } = readAgent(preset(name), {
      source: 'file',
      knownProviders: { speech: ['local'], transcription: ['local'] },
    });
    expect(problems).toEqual([]);
    expect(agent?.warnings.map(({ message }) => message)).toContain(
      `${name} is not configured here for speaking and hearing: it is left out of the plan.`,
    );
  });
});
