import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from './configuration-error.js';
import { readConfigurationFile } from './configuration-file.js';

describe('readConfigurationFile', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-accounts-'));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const read = (text: string) => {
    const path = join(directory, 'parlance.config.yaml');
    writeFileSync(path, text);
    return readConfigurationFile(path, { OPENAI_EU_KEY: 'sk-eu\n', EMPTY: '', BLANK: ' \n' });
  };

  const problemsOf = (text: string): readonly string[] => {
    try {
      return read(text).problems;
    } catch (error) {
      if (error instanceof ConfigurationError) return error.problems;
      throw error;
    }
  };

  it('gives several accounts of one vendor, with their keys from the environment', () => {
    const text = `
providers:
  - { name: openai-eu, provider: openai-compatible, options: { server: openai, apiKey: env:OPENAI_EU_KEY } }
  - { name: own, provider: openai-compatible, options: { server: speaches, baseUrl: http://127.0.0.1:9 } }
  - { provider: local }`;
    const { written, problems } = read(text);
    expect(problems).toEqual([]);
    expect(written.map(({ account }) => account)).toEqual([
      { name: 'openai-eu', provider: 'openai-compatible', options: { server: 'openai', apiKey: 'sk-eu' } },
      { name: 'own', provider: 'openai-compatible', options: { server: 'speaches', baseUrl: 'http://127.0.0.1:9' } },
      { name: 'local', provider: 'local', options: {} },
    ]);
    expect(written.map(({ where, references }) => [where, references])).toEqual([
      ['providers[0]', { apiKey: 'OPENAI_EU_KEY' }],
      ['providers[1]', {}],
      ['providers[2]', {}],
    ]);
  });

  it('gives what tenants allow', () => {
    expect(read("tenants: { acme: { allow: [local] }, '*': { deny: [openai] } }").tenants).toEqual({
      acme: { allow: ['local'] },
      '*': { deny: ['openai'] },
    });
  });

  it('gives budgets of tenants and their agents', () => {
    const text = `
tenants:
  acme: { allow: [local], budget: { charactersPerDay: 1000, secondsPerDay: 60.5, agents: { support: { charactersPerDay: 0 } } } }
  '*': { budget: { secondsPerDay: 10 } }
  free: { deny: [openai] }`;
    expect(read(text)).toMatchObject({
      tenants: { acme: { allow: ['local'] }, '*': {} },
      budgets: {
        acme: { charactersPerDay: 1000, secondsPerDay: 60.5, agents: { support: { charactersPerDay: 0 } } },
        '*': { secondsPerDay: 10 },
        free: {},
      },
    });
  });

  it('gives limits of accounts, and prices', () => {
    const text = `
providers:
  - { provider: local, limits: { requestsPerMinute: 60 } }
  - { name: own, provider: openai-compatible, options: { server: speaches, baseUrl: http://127.0.0.1:9 } }
prices:
  own: { tts-1: { perMillionCharacters: 15 }, '*': { perMinute: 0.006, perMillionInputTokens: 1, perMillionOutputTokens: 2 } }`;
    expect(read(text)).toMatchObject({
      problems: [],
      written: [{ account: { name: 'local', options: {} } }, { account: { name: 'own' } }],
      providerLimits: { local: { requestsPerMinute: 60 } },
      prices: { own: { 'tts-1': { perMillionCharacters: 15 }, '*': { perMinute: 0.006 } } },
    });
  });

  it('is nothing where there is none, unless it was named', () => {
    const nothing = { written: [], tenants: {}, budgets: {}, prices: {}, providerLimits: {}, problems: [] };
    expect(readConfigurationFile(undefined, {})).toEqual({ ...nothing, located: expect.any(Function) });
    expect(read('# nothing yet\nproviders:\ntenants: { acme: }\n')).toMatchObject({
      ...nothing,
      tenants: { acme: {} },
      budgets: { acme: {} },
    });
    expect(() => readConfigurationFile(join(directory, 'none.yaml'), {})).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  it.each([
    ['a: 1', 'yaml:1: a is not known here: parlance.config.example.yaml has everything there is'],
    ['tenants:\n  acme:\n    alow: [local]', 'yaml:3: tenants.acme.alow is not known here; did you mean allow?'],
    ['tenants: { acme: { budget: 5 } }', 'tenants.acme.budget must be a map'],
    ["tenants: { '*': { budget: { charactersPerDay: -1 } } }", 'tenants.*.budget.charactersPerDay must be a number of at least 0'],
    ['tenants: { acme: { budget: { charactersPerDay: .inf } } }', 'must be a number of at least 0'],
    ['tenants: { acme: { budget: { charactersPerHour: 1 } } }', 'tenants.acme.budget.charactersPerHour is not known here'],
    ['tenants: { acme: { budget: { agents: [5] } } }', 'tenants.acme.budget.agents must be a map'],
    ['tenants: { acme: { budget: { agents: { a: { secondsPerDay: much } } } } }', 'tenants.acme.budget.agents.a.secondsPerDay must be'],
    ['providers: [{provider: local, limits: 5}]', 'providers[0].limits must be a map'],
    [
      'providers: [{provider: local, limits: {}}]',
      'providers[0].limits.requestsPerMinute must be a whole number of at least 1; it has to be',
    ],
    ['providers: [{provider: local, limits: {requestsPerMinute: 0}}]', 'providers[0].limits.requestsPerMinute must be a whole number'],
    [
      'providers: [{provider: local, limits: {requestsPerMinute: 1, requestsPerHour: 1}}]',
      'requestsPerHour is not known here; did you mean',
    ],
    ['prices: 5', 'prices must be a map'],
    ['prices: { local: 5 }', 'prices.local must be a map'],
    ['prices: { local: { flite: { perCharacter: 1 } } }', 'prices.local.flite.perCharacter is not known here'],
    ['prices: { local: { flite: { perMinute: free } } }', 'prices.local.flite.perMinute must be a number of at least 0'],
    ['tenants: [5]', 'tenants must be a map'],
    ['tenants: { acme: { allow: local } }', 'tenants.acme.allow must be a list of texts'],
    ['tenants: { acme: { deny: [5] } }', 'tenants.acme.deny must be a list of texts'],
    ['providers: 5', 'providers must be a list'],
    ['providers: [5]', 'providers[0] must be a map'],
    ['providers: [{provider: none}]', 'providers[0].provider is not a provider there is: openai-compatible, google'],
    ['providers: [{name: mine}]', 'providers[0].provider is not a provider'],
    ['providers: [{provider: local, name: "A b"}]', 'providers[0].name must be lower-case letters'],
    ['providers: [{provider: local, options: 5}]', 'providers[0].options must be a map'],
    ['providers:\n  - {provider: local}\n  - {provider: local}', "yaml:3: providers[1].name: the account name 'local' stands there twice"],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:NOT_SET}}]', 'options.apiKey refers to NOT_SET, which is not set'],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:EMPTY}}]', 'refers to EMPTY'],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:BLANK}}]', 'refers to BLANK, which is not set'],
    ['providers: [{provider: openai-compatible, options: {apiKey: env:constructor}}]', 'refers to constructor, which is not set'],
    ['- providers', 'parlance.config.yaml: must be a map with providers, tenants and prices'],
    ['tenants: {}\nprices: {', 'parlance.config.yaml:2: it is not valid YAML'],
  ])('%j is refused: %s', (text, problem) => {
    expect(problemsOf(text)).toContainEqual(expect.stringContaining(problem));
  });

  it('tells every problem at once', () => {
    expect(problemsOf('tenants: 5\nprices: 5\nproviders: [5, { provider: none, name: "?" }]\nextra: 5')).toHaveLength(6);
  });
});
