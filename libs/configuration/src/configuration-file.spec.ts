import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    return readConfigurationFile(path, { OPENAI_EU_KEY: 'sk-eu', EMPTY: '' });
  };

  it('gives several accounts of one vendor, with their keys from the environment', () => {
    const text = `
providers:
  - { name: openai-eu, provider: openai-compatible, options: { server: openai, apiKey: env:OPENAI_EU_KEY } }
  - { name: own, provider: openai-compatible, options: { server: speaches, baseUrl: http://127.0.0.1:9 } }
  - { provider: local }`;
    expect(read(text).accounts).toEqual([
      { name: 'openai-eu', provider: 'openai-compatible', options: { server: 'openai', apiKey: 'sk-eu' } },
      { name: 'own', provider: 'openai-compatible', options: { server: 'speaches', baseUrl: 'http://127.0.0.1:9' } },
      { name: 'local', provider: 'local', options: {} },
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
        free: { agents: {} },
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
      accounts: [{ name: 'local', options: {} }, { name: 'own' }],
      providerLimits: { local: { requestsPerMinute: 60 } },
      prices: { own: { 'tts-1': { perMillionCharacters: 15 }, '*': { perMinute: 0.006 } } },
    });
  });

  it('is nothing where there is none, unless it was named', () => {
    expect(readConfigurationFile(undefined, {})).toEqual({ accounts: [], tenants: {}, budgets: {}, prices: {}, providerLimits: {} });
    expect(() => readConfigurationFile(join(directory, 'none.yaml'), {})).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });

  it.each([
    ['a: 1', 'providers, tenants, prices and no other'],
    ['tenants: { acme: { budget: 5 } }', 'tenants.acme.budget must be a map with charactersPerDay'],
    ['tenants: { acme: { budget: { charactersPerDay: -1 } } }', 'tenants.acme.budget must be a map with'],
    ['tenants: { acme: { budget: { charactersPerHour: 1 } } }', 'numbers of at least 0'],
    ['tenants: { acme: { budget: { agents: [5] } } }', 'tenants.acme.budget.agents must be a map'],
    ['tenants: { acme: { budget: { agents: { a: { secondsPerDay: much } } } } }', 'tenants.acme.budget.agents.a must be'],
    ['providers: [{provider: local, limits: 5}]', 'providers[0].limits must be a map with requestsPerMinute'],
    ['providers: [{provider: local, limits: {requestsPerMinute: 0}}]', 'at least 1'],
    ['providers: [{provider: local, limits: {requestsPerMinute: 1, requestsPerHour: 1}}]', 'nothing else'],
    ['prices: 5', "'prices' must be a map"],
    ['prices: { local: 5 }', 'prices.local must be a map of models'],
    ['prices: { local: { flite: { perCharacter: 1 } } }', 'prices.local.flite must be a map with'],
    ['tenants: [5]', "'tenants' must be a map"],
    ['tenants: { acme: { permit: [local] } }', 'tenants.acme must be a map with'],
    ['tenants: { acme: { allow: local } }', 'tenants.acme must be a map with'],
    ['tenants: { acme: { deny: [5] } }', 'tenants.acme must be a map with'],
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
