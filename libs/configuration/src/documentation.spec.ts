import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readAgent } from '@parlance/agent-runner';
import { readChannelSettings } from '@parlance/channels';
import { providerVariables } from '@parlance/providers';
import { parse } from 'yaml';
import { loadConfiguration } from './load-configuration.js';

const read = (name: string) => readFileSync(join(__dirname, '../../../docs', name), 'utf8');

describe('docs/providers.md', () => {
  const text = read('providers.md');

  it.each(providerVariables().map(({ name, account }) => [name, account]))('names %s of %s', (name, account) => {
    expect(text).toContain(`\`${name}\``);
    expect(text).toContain(`\`${account}\``);
  });
});

/** Snippets say in their first line what they are: `# environment`, `# config: file`, `# agent: file`. */
function snippets(section: string, kind: 'environment' | 'config' | 'agent'): { file: string; text: string }[] {
  const blocks = [...section.matchAll(/^```(?:sh|yaml)\n# (.*)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, title = '', text = '']) => (title.startsWith(kind) ? [{ file: title.slice(kind.length + 2), text }] : []));
}

const textOf = (found: readonly { text: string }[]) => found.map(({ text }) => text).join('');

const sectionsOf = (document: string) =>
  read(document)
    .split(/^(?=## )/m)
    .filter((section) => snippets(section, 'config').length + snippets(section, 'agent').length > 0)
    .map((section) => [section.split('\n', 1)[0] ?? '', section] as const);

describe.each([
  ['configuration-patterns.md', {}, 10],
  ['agents.md', { OPENAI_API_KEY: 'a-key' }, 2],
  ['channels.md', { RECEPTION_TELEGRAM_TOKEN: '1:a-token' }, 1],
  ['../config/agents/README.md', {}, 1],
  ['migration.md', { YANDEX_API_KEY: 'a-key' }, 1],
])('docs/%s', (document, variables, count) => {
  const sections = sectionsOf(document);
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'parlance-documentation-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('has so many sections with something to load', () => {
    expect(sections).toHaveLength(count);
  });

  it.each(sections)('%s', (_title, section) => {
    const lines = textOf(snippets(section, 'environment')).trim().split('\n');
    const environment = { ...variables, ...Object.fromEntries(lines.map((line) => line.split('=', 2) as [string, string])) };
    const configuration = join(directory, 'parlance.config.yaml');
    writeFileSync(configuration, textOf(snippets(section, 'config')));
    const { warnings, providerAccounts } = loadConfiguration({ ...environment, PARLANCE_CONFIG_FILE: configuration });
    expect(warnings).toEqual([]);
    const names = providerAccounts.map(({ name }) => name);
    for (const { file, text } of snippets(section, 'agent')) {
      const options = {
        source: 'file',
        id: basename(file, '.yaml'),
        environment,
        sections: { channels: readChannelSettings },
        knownProviders: { speech: names, transcription: names },
      } as const;
      expect(readAgent(parse(text), options)).toMatchObject({ problems: [], agent: { warnings: [] } });
    }
  });
});
