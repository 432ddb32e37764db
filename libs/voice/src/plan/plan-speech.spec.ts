import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { prepareUtterance } from '../speech/utterance.js';
import type { SpeakRequest } from '../voice.types.js';
import { planSpeech } from './plan-speech.js';

const english = new FakeSpeechProvider('english', {
  models: [{ id: 'small' }, { id: 'tiny' }],
  voices: [
    { id: 'ann', name: 'Ann', languages: ['en'], models: ['small'] },
    { id: 'bob', name: 'Bob', languages: ['en'], models: ['tiny'] },
  ],
});
const many = new FakeSpeechProvider('many', {
  voices: [
    { id: 'eva', name: 'Eva', languages: ['de-DE'] },
    { id: 'tom', name: 'Tom', languages: ['en-US'] },
  ],
  languages: ['de', 'en'],
  speed: { min: 0.5, max: 2 },
  instructions: true,
});
const names = {
  voices: { alloy: { english: 'bob', many: { de: 'eva', en: 'tom' } }, echo: { english: 'ann' } },
  models: { 'tts-1': { english: 'small' }, 'whisper-1': { english: 'listens' } },
};
const plan = (request: Partial<SpeakRequest>, providers = [english, many]) =>
  planSpeech(prepareUtterance({ text: 'Hello.', ...request }, 100), providers, names);
const summary = (request: Partial<SpeakRequest>) =>
  plan(request).candidates.map(({ provider, request: { model, voice } }) => [provider.name, model, voice]);

describe('planSpeech', () => {
  it('takes all that speak the language, in order, with their first voice for it', () => {
    expect(summary({})).toEqual([
      ['english', 'small', 'ann'],
      ['many', 'many-model', 'tom'],
    ]);
    expect(summary({ language: 'de' })).toEqual([['many', 'many-model', 'eva']]);
    expect(plan({ language: 'de' }).skipped).toEqual([{ provider: 'english', reason: 'it does not speak de' }]);
  });

  it('maps an alias per provider and language, and takes the model that has the voice', () => {
    expect(summary({ voice: 'alloy' })).toEqual([
      ['english', 'tiny', 'bob'],
      ['many', 'many-model', 'tom'],
    ]);
    expect(summary({ voice: 'alloy', language: 'de' })).toEqual([['many', 'many-model', 'eva']]);
  });

  it('lets another voice stand in where an alias is not mapped or its voice does not fit the model', () => {
    expect(summary({ voice: 'echo' })).toContainEqual(['many', 'many-model', 'tom']);
    expect(summary({ voice: 'alloy', model: 'small' })).toEqual([['english', 'small', 'ann']]);
  });

  it("keeps to the provider that has the voice, and to the voice's language", () => {
    expect(summary({ voice: 'eva' })).toEqual([['many', 'many-model', 'eva']]);
    expect(plan({ voice: 'eva' }).candidates[0].request.language).toBe('de-DE');
    expect(plan({ voice: 'eva' }).skipped).toEqual([{ provider: 'english', reason: 'it does not have the voice' }]);
  });

  it('lets a provider that takes any voice have its own, but no listed one of another language', () => {
    const open = new FakeSpeechProvider('open', {
      anyVoice: true,
      languages: ['*'],
      voices: [
        { id: 'eve', name: 'Eve', languages: ['en'] },
        { id: 'uwe', name: 'Uwe', languages: ['de'] },
      ],
    });
    const voiceOf = (request: Partial<SpeakRequest>, aliases: Record<string, Record<string, string>>) =>
      planSpeech(prepareUtterance({ text: 'Hello.', ...request }, 100), [open], { voices: aliases }).candidates[0].request.voice;
    expect(voiceOf({ voice: 'my-clone' }, {})).toBe('my-clone');
    expect(voiceOf({ voice: 'alloy' }, { alloy: { open: 'other-clone' } })).toBe('other-clone');
    expect(voiceOf({ voice: 'alloy', language: 'de' }, { alloy: { open: 'eve' } })).toBe('uwe');
    expect(voiceOf({ voice: 'alloy' }, { alloy: {} })).toBe('eve');
  });

  it('takes English where a voice of all languages says nothing', () => {
    const any = new FakeSpeechProvider('any', { languages: ['*'], voices: [{ id: 'max', name: 'Max', languages: ['*'] }] });
    expect(plan({ voice: 'max' }, [any]).candidates[0].request.language).toBe('en');
  });

  it('knows models by name, by alias and by provider', () => {
    expect(summary({ model: 'tiny' })).toEqual([['english', 'tiny', 'bob']]);
    // An alias means "a model like this" to whoever has no mapping for it.
    expect(summary({ model: 'tts-1' })).toEqual([
      ['english', 'small', 'ann'],
      ['many', 'many-model', 'tom'],
    ]);
    expect(() => plan({ model: 'whisper-1' })).toThrow(expect.objectContaining({ param: 'model' }));
    expect(summary({ model: 'many/many-model' })).toEqual([['many', 'many-model', 'tom']]);
    expect(summary({ model: 'many' })).toEqual([['many', 'many-model', 'tom']]);
  });

  it('fits the settings to each provider and says what was changed', () => {
    const [first, second] = plan({ speed: 4, instructions: 'softly' }).candidates;
    expect(first.request).toMatchObject({ speed: 1 });
    expect(first.request).not.toHaveProperty('instructions');
    expect(first.warnings).toMatchObject([
      { code: 'unsupported_option', param: 'speed' },
      { code: 'unsupported_option', param: 'instructions' },
    ]);
    expect(second!.request).toMatchObject({ speed: 2, instructions: 'softly' });
    expect(second!.warnings).toMatchObject([{ code: 'clipped', param: 'speed' }]);
  });

  it('says which models, voices and languages there are when nobody can', () => {
    expect(() => plan({ model: 'gpt-9' })).toThrow(
      expect.objectContaining({
        code: 'not_found',
        param: 'model',
        reason: 'model_not_found',
        message: expect.stringContaining('tts-1, english/small'),
      }),
    );
    expect(() => plan({ voice: 'nobody' })).toThrow(
      expect.objectContaining({ code: 'not_found', param: 'voice', message: expect.stringContaining('alloy, echo, ann, bob, eva') }),
    );
    expect(() => plan({ language: 'fr' })).toThrow(
      expect.objectContaining({ code: 'unsupported', param: 'language', message: expect.stringContaining('espeak-ng') }),
    );
    expect(() => plan({ voice: 'ann', language: 'de' })).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => plan({}, [])).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });
});
