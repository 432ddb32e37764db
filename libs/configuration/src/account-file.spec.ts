import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAccountFile } from './account-file.js';

describe('readAccountFile', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-accounts-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const read = (text: string) => {
    const path = join(directory, 'parlance.config.yaml');
    writeFileSync(path, text);
    return readAccountFile(path, { OPENAI_EU_KEY: 'sk-eu', EMPTY: '' });
  };

  it('gives several accounts of one vendor, with their keys from the environment', () => {
    const text = `
providers:
  - { name: openai-eu, provider: openai-compatible, options: { server: openai, apiKey: env:OPENAI_EU_KEY } }
  - { name: own, provider: openai-compatible, options: { server: speaches, baseUrl: http://127.0.0.1:9 } }
  - { provider: local }`;
    expect(read(text)).toEqual([
      { name: 'openai-eu', provider: 'openai-compatible', options: { server: 'openai', apiKey: 'sk-eu' } },
      { name: 'own', provider: 'openai-compatible', options: { server: 'speaches', baseUrl: 'http://127.0.0.1:9' } },
      { name: 'local', provider: 'local', options: {} },
    ]);
  });

  it('is nothing where there is none, unless it was named', () => {
    expect(readAccountFile(undefined, {})).toEqual([]);
    expect(() => readAccountFile(join(directory, 'none.yaml'), {})).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  it.each([
    ['a: 1', "'providers' and no other"],
    ['providers: 5', "'providers' must be a list"],
    ['providers: [5]', 'providers[0] must be a map'],
    ['providers: [{provider: none}]', 'providers[0].provider'],
    ['providers: [{provider: local, name: "A b"}]', 'providers[0].name'],
    ['providers: [{provider: local, options: 5}]', 'providers[0].options'],
    ['providers: [{provider: local}, {provider: local}]', 'twice'],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:NOT_SET}}]', 'refers to NOT_SET'],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:EMPTY}}]', 'refers to EMPTY'],
    ['{', 'parlance.config.yaml: '],
  ])('%j is refused: %s', (text, problem) => {
    expect(() => read(text)).toThrow(problem);
  });
});
