import { readFileSync } from 'node:fs';
import { providerVariables } from '@parlance/providers';

describe('docs/providers.md', () => {
  const text = readFileSync(new URL('../../../docs/providers.md', import.meta.url), 'utf8');

  it.each(providerVariables().map(({ name, account }) => [name, account]))('names %s of %s', (name, account) => {
    expect(text).toContain(`\`${name}\``);
    expect(text).toContain(`\`${account}\``);
  });
});
