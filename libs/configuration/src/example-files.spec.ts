import { optionNames, PROVIDER_NAMES, providerVariables } from '@parlance/providers';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { readConfiguration } from './load-configuration.js';
import { environmentVariables, fileFields } from './variable-lists.js';

const read = (name: string) => readFileSync(join(__dirname, '../../..', name), 'utf8');

describe('parlance.config.example.yaml', () => {
  const text = read('parlance.config.example.yaml');
  /** With what is left out: `#name: value`, without a space. */
  const whole = text.replaceAll(/^( *)#(?=\w+:)/gm, '$1');
  let file: string;
  beforeAll(() => {
    file = join(mkdtempSync(join(tmpdir(), 'parlance-example-')), 'parlance.config.yaml');
  });
  afterAll(() => rmSync(join(file, '..'), { recursive: true }));

  it.each([
    ['as it is', text],
    ['with all that is left out', whole],
  ])('can be used %s', (_name, content) => {
    writeFileSync(file, content);
    const references = [...content.matchAll(/env:(\w+)/g)].map(([, name = '']) => [name, 'a-value']);
    const { problems, warnings, configuration } = readConfiguration({ ...Object.fromEntries(references), PARLANCE_CONFIG_FILE: file });
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(new Set(configuration?.providerAccounts.map(({ provider }) => provider))).toEqual(new Set(PROVIDER_NAMES));
  });

  it('has every field', () => {
    const missing = fileFields().filter(({ name }) => !new RegExp(`(?:^|[ {#])${name.replace(/^.*\./, '')}:`, 'm').test(text));
    expect(missing).toEqual([]);
  });

  const { providers } = parse(whole) as { providers: { provider: string; options: object }[] };

  it.each(PROVIDER_NAMES)('has every option of %s', (provider) => {
    const entry = providers.find((one) => one.provider === provider);
    expect(Object.keys(entry?.options ?? {}).toSorted()).toEqual(optionNames(provider).toSorted());
  });
});

describe('.env.example', () => {
  const given = [...read('.env.example').matchAll(/^#([A-Z]\w*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value] as const);

  it('has every variable once', () => {
    const names = [...environmentVariables(), ...providerVariables()].map(({ name }) => name);
    expect(given.map(([name]) => name).toSorted()).toEqual([...new Set(names)].toSorted());
  });

  it('changes nothing when all of it is set', () => {
    const { problems, environment } = readConfiguration(Object.fromEntries(given));
    expect(problems).toEqual([]);
    expect(environment).toEqual(readConfiguration({}).environment);
  });
});
