import { accountsFromEnvironment, ProviderFactory } from '@parlance/providers';
import { readModelAliases, readVoiceAliases } from './aliases.js';

/** What each account needs and no more, with values that any option takes. */
function everyAccount() {
  const { missing } = accountsFromEnvironment({});
  const value = (name: string) =>
    name.includes('URL') ? 'http://127.0.0.1:9' : name.includes('REGION') ? 'eu-west-1' : 'a-value-of-some-length';
  return accountsFromEnvironment(Object.fromEntries(missing.flatMap(({ variables }) => variables.map((name) => [name, value(name)]))));
}

describe('the names that come with Parlance', () => {
  const { accounts } = everyAccount();
  const factory = new ProviderFactory({ accounts });
  afterAll(() => factory.close());

  it('are for voices that their providers list', () => {
    const unknown = Object.entries(readVoiceAliases()).flatMap(([alias, mapping]) =>
      Object.entries(mapping).flatMap(([provider, voices]) => {
        const listed = factory.speechProvider(provider).capabilities.voices.map(({ id }) => id);
        const named = typeof voices === 'string' ? [voices] : Object.values(voices);
        return named.filter((voice) => !listed.includes(voice)).map((voice) => `${alias}.${provider}: ${voice}`);
      }),
    );
    expect(unknown).toEqual([]);
  });

  it('are for models that their providers list', () => {
    for (const [alias, mapping] of Object.entries(readModelAliases())) {
      for (const [provider, model] of Object.entries(mapping)) {
        const speech = factory.speechNames().includes(provider) ? factory.speechProvider(provider).capabilities.models : [];
        const models = [...speech, ...factory.transcriptionProvider(provider).capabilities.models].map(({ id }) => id);
        expect({ alias, models }).toMatchObject({ models: expect.arrayContaining([model]) });
      }
    }
  });
});
