import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { strangeVoices } from './strange-voices.js';

describe('strangeVoices', () => {
  const provider = new FakeSpeechProvider('one');
  const { id } = provider.capabilities.voices[0]!;
  const aliases = {
    narrator: { one: id, other: 'nobody' },
    herald: { one: { en: id, de: 'berta', at: 'berta' } },
    crier: { one: 'carla' },
  };

  it('are those that the account of that name does not have', () => {
    expect(strangeVoices([provider], aliases)).toEqual([
      expect.stringMatching(/^herald .* berta of one,/),
      expect.stringMatching(/^crier .* carla of one,/),
    ]);
  });

  it('are none where any voice may be asked for', () => {
    const any = { name: 'one', capabilities: { ...provider.capabilities, anyVoice: true } };
    expect(strangeVoices([any], aliases)).toEqual([]);
  });
});
