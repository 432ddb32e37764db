import { checkOptions } from './check-account.js';
import type { ProviderName } from './providers.js';

const WITH_A_KEY = [
  'openai-compatible',
  'google',
  'yandex',
  'elevenlabs',
  'deepgram',
  'azure',
  'cartesia',
  'openai-realtime',
] as const satisfies readonly ProviderName[];

describe('checkOptions', () => {
  const problemsOf = (provider: ProviderName, apiKey: unknown) =>
    checkOptions({ provider, options: { apiKey } }).problems.filter(({ option }) => option === 'apiKey');

  it.each(WITH_A_KEY)('of %s takes only keys that a header can have, and tells nothing of others', (provider) => {
    expect(problemsOf(provider, 'sk-0123+/=_~')).toEqual([]);
    for (const key of ['sk-one\nsk-two', 'sk-one two', 'sk-schl\u00FCssel', 'sk\u2013key', '', ['sk-key']]) {
      expect(problemsOf(provider, key)).toEqual([
        { option: 'apiKey', problem: 'must be visible characters of ASCII alone, without blanks and line breaks' },
      ]);
    }
  });
});
