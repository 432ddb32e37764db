import type { ProviderFactory } from '@parlance/providers';
import { FakeSpeechProvider } from './__fixtures__/fake-providers.js';
import type { Planner } from './plan/planner.js';
import { VoiceCatalogue } from './voice-catalogue.js';
import type { VoiceAliases } from './voice.module-definition.js';

describe('VoiceCatalogue', () => {
  const ann = { id: 'ann', name: 'Ann', languages: ['en'] };
  const eva = { id: 'eva', name: 'Eva', languages: ['de'] };

  const voicesOf = (providers: readonly FakeSpeechProvider[], voices: VoiceAliases) => {
    const factory = {
      speechNames: () => providers.map(({ name }) => name),
      speechProvider: (wanted: string) => providers.find(({ name }) => name === wanted)!,
    } as unknown as ProviderFactory;
    return new VoiceCatalogue(factory, {} as Planner, { voices }).voices();
  };

  it("lists a name once where a provider's own voice has that of an alias", () => {
    const mapped = new FakeSpeechProvider('mapped', { languages: ['de'], voices: [eva] });
    const own = new FakeSpeechProvider('own', { languages: ['en'], voices: [ann] });
    expect(voicesOf([mapped, own], { ann: { mapped: 'eva' }, nobody: { absent: 'x' } })).toEqual([
      { id: 'ann', name: 'ann', providers: ['mapped', 'own'], languages: ['de', 'en'], alias: true },
      { id: 'eva', name: 'Eva', providers: ['mapped'], languages: ['de'], alias: false },
    ]);
  });

  it('lists a voice that several accounts have once, with all of them', () => {
    const one = new FakeSpeechProvider('one', { voices: [ann] });
    const other = new FakeSpeechProvider('other', { voices: [{ ...ann, languages: ['en', 'fr'] }] });
    expect(voicesOf([one, other], {})).toEqual([
      { id: 'ann', name: 'Ann', providers: ['one', 'other'], languages: ['en', 'fr'], alias: false },
    ]);
  });
});
