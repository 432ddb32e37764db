import { loadConfiguration } from './load-configuration.js';

describe('ConfigurationError', () => {
  it('tells of a misspelt name, too, for lack of which it may be that nothing starts', () => {
    const load = () => loadConfiguration({ HOST: '0.0.0.0', PARLANCE_API_KEY: 'a-key-of-clients' });
    expect(load).toThrow(/Set PARLANCE_API_KEYS[^]*\n {2}- PARLANCE_API_KEY is not a setting [^]*did you mean PARLANCE_API_KEYS\?$/);
    expect(load).not.toThrow('a-key-of-clients');
  });

  it('has nothing but the problems where there is nothing else to tell of', () => {
    expect(() => loadConfiguration({ HOST: '0.0.0.0' })).toThrow(/is wanted$/);
  });
});
