import type { AudioConverter } from '@parlance/audio';
import type { ProviderFactory } from '@parlance/providers';
import { createVoice } from './__fixtures__/create-voice.js';
import { fakeFactory } from './__fixtures__/fake-providers.js';

const works = () => Promise.resolve();
const fails = () => Promise.reject(new Error('a file is missing'));

describe('VoiceService.warmUp', () => {
  const warmUp = (codecs: () => Promise<void>, providers: () => Promise<void>) => {
    const factory = { ...fakeFactory([]), warmUp: providers } as unknown as ProviderFactory;
    return createVoice({ converter: { warmUp: codecs } as AudioConverter, factory }).warmUp();
  };

  it('loads codecs and providers', async () => {
    await expect(warmUp(works, works)).resolves.toBeUndefined();
  });

  it('tells what nobody can do without from what others may stand in for', async () => {
    await expect(warmUp(works, fails)).rejects.toThrow(/^a file is missing$/);
    const withoutCodecs = { code: 'unavailable', reason: 'codecs_not_loaded', message: expect.stringContaining('a file is missing') };
    await expect(warmUp(fails, works)).rejects.toMatchObject(withoutCodecs);
    await expect(warmUp(fails, fails)).rejects.toMatchObject(withoutCodecs);
  });
});
