import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Agent } from '@parlance/agent-runner';
import { spokenAudio, SPOKEN_TEXT } from '@parlance/testing';
import { AgentWorld, DOWN } from './support/agent-world.js';
import { at, audioOf, course, sent } from './support/vendor-calls.js';

const NAMES = ['openai', 'google', 'yandex'] as const;
type Name = (typeof NAMES)[number];
type Json = Readonly<Record<string, unknown>>;

const preset = (name: Name) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../examples/agents/${name}.json`, import.meta.url)), 'utf8')) as Json;

/** What each vendor is to be told of a text and of a recording, by where it stands. */
const EXPECTED: Readonly<Record<Name, { spoken: Json; heard: Json; audio: Json }>> = {
  openai: {
    spoken: { model: 'tts-1', voice: 'alloy', input: 'Скажи привет.' },
    heard: { model: ['whisper-1'], language: ['ru'] },
    audio: { format: 'mp3', kind: 'mp3' },
  },
  google: {
    spoken: { 'voice.name': 'ru-RU-Wavenet-A', 'voice.languageCode': 'ru-RU', 'input.text': 'Скажи привет.' },
    heard: { 'config.model': 'latest_short', 'config.languageCode': 'ru-RU' },
    audio: { format: 'mp3', kind: 'mp3' },
  },
  yandex: {
    spoken: { 'hints.voice': 'jane', text: 'Скажи привет.' },
    heard: { topic: 'general', lang: 'ru-RU' },
    audio: { format: 'opus', kind: 'ogg' },
  },
};

describe('the presets of the old platform', () => {
  let world: AgentWorld;
  beforeAll(async () => {
    world = await AgentWorld.start();
  });
  beforeEach(() => world.reset());
  afterAll(() => world.close());

  const say = (agent: Agent) => world.turn(agent, { text: 'Скажи привет.', delivery: 'chunks' });
  const hear = (agent: Agent) => world.turn(agent, { audio: spokenAudio('opus'), filename: 'voice.ogg' });
  const expectSent = async (name: Name, expected: Json) => {
    const said = await sent(world.standIns[name].calls.at(-1));
    expect(Object.fromEntries(Object.keys(expected).map((path) => [path, at(said, path)]))).toEqual(expected);
  };

  it.each(NAMES)('%s speaks and hears with its own provider, as it is told', async (name) => {
    const agent = world.agent(preset(name));
    const spoken = await say(agent);
    expect(spoken.at(-1)?.type).toBe('done');
    expect(audioOf(spoken)).toMatchObject(EXPECTED[name].audio);
    await expectSent(name, EXPECTED[name].spoken);
    expect((await hear(agent)).slice(0, 2)).toMatchObject([{ type: 'transcript', text: SPOKEN_TEXT }, { type: 'text' }]);
    await expectSent(name, EXPECTED[name].heard);
    expect(world.whoWasAsked()).toEqual([name, name]);
  });

  it.each(NAMES)('%s goes to nobody whom it does not name when its provider fails', async (name) => {
    const agent = world.agent(preset(name));
    world.standIns[name].fail(DOWN, DOWN);
    expect(course(await say(agent))).toBe('text server');
    expect(course(await hear(agent))).toBe('server');
    expect(world.whoWasAsked()).toEqual([name, name]);
  });

  it.each([
    [0, 'openai'],
    [1, 'google'],
    [2, 'yandex'],
  ] as const)('together, with %d down, they speak and hear with %s', async (down, name) => {
    // Listed the other way round: it is the priorities that count.
    const providers = NAMES.toReversed().flatMap((one) => at(preset(one), 'config.simple.settings.voice_settings.providers') as Json[]);
    const agent = world.agent({ voice_settings: { enabled: true, providers } });
    const failing = NAMES.slice(0, down);
    for (const one of failing) world.standIns[one].fail(DOWN, DOWN);
    const spoken = await say(agent);
    expect(spoken.at(-1)).toMatchObject({ type: 'done', trace: { speech: { servedBy: { provider: name } } } });
    expect(audioOf(spoken)).toMatchObject({ format: 'mp3', kind: 'mp3' });
    await expectSent(name, EXPECTED[name].spoken);
    expect((await hear(agent)).at(-1)).toMatchObject({ type: 'done', trace: { transcription: { servedBy: { provider: name } } } });
    await expectSent(name, EXPECTED[name].heard);
    expect(world.whoWasAsked().toSorted()).toEqual([...failing, ...failing, name, name].toSorted());
  });
});
