import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { forAccounts, readModelAliases, readVoiceAliases } from './aliases.js';

describe('aliases', () => {
  const directory = mkdtempSync(join(tmpdir(), 'parlance-aliases-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  function file(content: string): string {
    const path = join(directory, 'aliases.yaml');
    writeFileSync(path, content);
    return path;
  }

  it('ships all thirteen names of the OpenAI voices, for the embedded engine', () => {
    const voices = readVoiceAliases();
    const names = 'alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse'.split(' ');
    expect(Object.keys(voices).toSorted()).toEqual(names);
    for (const name of names) expect(['slt', 'rms', 'awb', 'kal16']).toContain(voices[name]?.['local']);
  });

  it('ships the names of the OpenAI models', () => {
    const models = readModelAliases();
    expect(models).toMatchObject({ 'tts-1': { local: 'flite' }, 'whisper-1': { local: 'moonshine-tiny' } });
    expect(Object.keys(models)).toHaveLength(7);
  });

  it('takes a voice for all languages or one per language', () => {
    expect(readVoiceAliases(file('narrator:\n  local: slt\n  cloud: { en: anna, de: berta }\n'))).toEqual({
      narrator: { local: 'slt', cloud: { en: 'anna', de: 'berta' } },
    });
    expect(readVoiceAliases(file(''))).toEqual({});
  });

  it.each([
    ['- a\n', 'must be a map of names'],
    ['a: b\n', "'a' must be a map from provider to voice"],
    ['a: { local: 5 }\n', "'a.local' must be a voice name, or a map from language to one"],
    ['a: { local: { en: 5 } }\n', "'a.local' must be"],
    ['a: [unclosed\n', 'aliases.yaml'],
  ])('refuses %j and says where', (content, message) => {
    expect(() => readVoiceAliases(file(content))).toThrow(message);
  });

  it('refuses a map of languages for a model, and a file that is not there', () => {
    expect(() => readModelAliases(file('a: { local: { en: x } }\n'))).toThrow("'a.local' must be a model name");
    expect(() => readModelAliases(join(directory, 'none.yaml'))).toThrow('none.yaml');
  });
});

describe('forAccounts', () => {
  it('gives every account of a vendor its names, unless it has its own', () => {
    const accounts = [
      { name: 'openai-eu', provider: 'openai-compatible', options: { server: 'openai' } },
      { name: 'openai-us', provider: 'openai-compatible', options: {} },
      { name: 'yandex-iam', provider: 'yandex', options: {} },
      { name: 'local', provider: 'local', options: {} },
    ] as const;
    const aliases = { narrator: { openai: 'onyx', yandex: 'jane', 'yandex-iam': 'ermil' } };
    expect(forAccounts(aliases, accounts)).toEqual({
      narrator: { openai: 'onyx', 'openai-eu': 'onyx', 'openai-us': 'onyx', yandex: 'jane', 'yandex-iam': 'ermil' },
    });
  });
});
