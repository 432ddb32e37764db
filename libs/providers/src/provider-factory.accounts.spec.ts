import { ProviderFactory } from './provider-factory.js';

const local = { name: 'local', provider: 'local', options: { espeak: false } } as const;
const elsewhere = {
  name: 'elsewhere',
  provider: 'openai-compatible',
  options: { server: 'kokoro', baseUrl: 'http://127.0.0.1:1/v1' },
} as const;

describe('what a ProviderFactory knows of its accounts', () => {
  it('is what they prove themselves with', async () => {
    const account = (name: string, options: Record<string, unknown>, provider: 'openai-compatible' | 'google' = 'openai-compatible') => ({
      name,
      provider,
      options,
    });
    const factory = new ProviderFactory({
      accounts: [
        account('with a key', { apiKey: 'sk-secret' }),
        account('with a file', { credentialsFile: '/nowhere' }, 'google'),
        account('by its machine', {}, 'google'),
        { ...elsewhere, name: 'at home' },
        account('forgotten', { server: 'groq' }),
        local,
      ],
    });
    expect([...factory.names(), 'nobody'].map((name) => factory.credentialsOf(name))).toEqual([
      'present',
      'present',
      'none',
      'none',
      'missing',
      'none',
      'none',
    ]);
    await factory.close();
  });

  it('is for which operation they are loaded', async () => {
    const options = { ...local.options, customSpeechModel: '/nowhere' };
    const factory = new ProviderFactory({ accounts: [{ ...local, options }, elsewhere] });
    const loaded = () => (['speak', 'transcribe'] as const).map((operation) => factory.hasLoaded('local', operation));
    expect(loaded()).toEqual([undefined, undefined]);
    await expect(factory.warmUp()).rejects.toMatchObject({ code: 'unavailable' });
    expect([...loaded(), factory.hasLoaded('elsewhere', 'speak')]).toEqual([false, true, undefined]);
    await factory.close();
  });
});
