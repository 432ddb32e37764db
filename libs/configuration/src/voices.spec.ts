import { accountsFromEnvironment, providerVariables, ProviderFactory } from '@parlance/providers';
import { readModelAliases, readVoiceAliases } from './aliases.js';

/** A value that every provider's options take, for each variable. */
function everyVariable(): Record<string, string> {
  const names = providerVariables().map(({ name }) => name);
  const values = names.map((name) => [
    name,
    /URL|ENDPOINT/.test(name) ? 'http://127.0.0.1:9' : /REGION/.test(name) ? 'eu-west-1' : 'a-value-of-some-length',
  ]);
  const special = {
    OPENAI_REALTIME_MODEL: 'gpt-realtime-2.1-mini',
    CARTESIA_VERSION: '2026-03-01',
    YANDEX_SPEECH_API: 'v3',
    YANDEX_TRANSCRIPTION_API: 'auto',
  };
  return { ...(Object.fromEntries(values) as Record<string, string>), ...special };
}

describe('the names that come with Parlance', () => {
  const { accounts } = accountsFromEnvironment(everyVariable());
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
