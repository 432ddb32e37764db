import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { prepareUtterance } from '../speech/utterance.js';
import type { SpeakRequest } from '../voice.types.js';
import type { SpeechPreference } from './plan.types.js';
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
const preferring = (speech: Record<string, SpeechPreference>, request: Partial<SpeakRequest> = {}, providers = [english, many]) => {
  const preferences = new Map(
    providers.map(({ name }, priority) => [name, { priority, weight: 1, ...(speech[name] !== undefined && { speech: speech[name] }) }]),
  );
  return planSpeech(prepareUtterance({ text: 'Hello.', ...request }, 100), providers, names, { preferences });
};
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

  it('asks who takes any voice only for one that nobody in the plan lists', () => {
    const open = new FakeSpeechProvider('open', { anyVoice: true });
    expect(plan({ voice: 'ann' }, [open, english])).toMatchObject({
      candidates: [{ provider: { name: 'english' }, request: { voice: 'ann' } }],
      skipped: [{ provider: 'open', reason: 'it does not have the voice' }],
    });
    expect(plan({ voice: 'my-clone' }, [open, english]).candidates).toMatchObject([{ provider: { name: 'open' } }]);
    expect(plan({ voice: 'ann', model: 'open/open-model' }, [open, english]).candidates).toMatchObject([{ request: { voice: 'ann' } }]);
  });

  it('takes the voice of just the language asked for, of the model that would speak it', () => {
    const voices = [
      { id: 'ann', name: 'Ann', languages: ['en'], models: ['good'] },
      { id: 'usa', name: 'Usa', languages: ['en-US'], models: ['other'] },
      { id: 'ana', name: 'Ana', languages: ['pt', 'pt-PT'], models: ['other'] },
      { id: 'bia', name: 'Bia', languages: ['pt-BR', 'pt'], models: ['other'] },
    ];
    const provider = new FakeSpeechProvider('any', { languages: ['*'], voices, models: [{ id: 'good' }, { id: 'other' }] });
    const voiceFor = (language: string) => plan({ language }, [provider]).candidates[0].request.voice;
    expect(['pt-BR', 'pt-PT', 'pt', 'pt-AO', 'en-US'].map(voiceFor)).toEqual(['bia', 'ana', 'ana', 'ana', 'ann']);
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
    // OpenAI's voices have the names of aliases, and accounts of one vendor have the same voices.
    const own = { voices: [{ id: 'echo', name: 'Echo', languages: ['en'] }, ...english.capabilities.voices] };
    expect(() => plan({ voice: 'nobody' }, [english, new FakeSpeechProvider('own', own)])).toThrow(/: alloy, echo, ann, bob\.$/);
    expect(() => plan({ language: 'fr' })).toThrow(
      expect.objectContaining({ code: 'unsupported', param: 'language', message: expect.stringContaining('espeak-ng') }),
    );
    const installed = new FakeSpeechProvider('local', { models: [{ id: 'espeak-ng' }] });
    expect(() => plan({ language: 'fr' }, [installed])).toThrow('Choose a voice of that language, set PARLANCE_LOCAL_SPEECH_MODEL');
    expect(() => plan({ voice: 'ann', language: 'de' })).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => plan({ voice: 'eva', model: 'small' })).toThrow(
      expect.objectContaining({ code: 'unsupported', param: 'voice', message: expect.stringContaining("'eva' with the model 'small'") }),
    );
    const models = [
      { id: 'small', name: 'Small' },
      { id: 'large', name: 'Large' },
    ];
    const two = new FakeSpeechProvider('two', { models, voices: [{ id: 'ann', name: 'Ann', languages: ['en'], models: ['large'] }] });
    expect(() => plan({ voice: 'ann', model: 'small' }, [two])).toThrow('Ask for a model that has it (two/large), or choose another voice');
    const languages = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'gg', 'hh', 'ii', 'jj', 'kk', 'll', 'mm', 'nn'];
    expect(() => plan({ language: 'fr' }, [new FakeSpeechProvider('polyglot', { languages })])).toThrow('kk ll and 2 more)');
    const nobody = { code: 'unsupported', param: 'providers', message: expect.stringContaining('speaks. Name one that does in') };
    expect(() => plan({}, [])).toThrow(expect.objectContaining(nobody));
  });

  describe('with preferences', () => {
    const own = {
      english: { model: 'tiny', speed: 1.5, options: { style: 'calm', pace: 1 } },
      many: { voice: 'eva', language: 'de', speed: 0.25, volumeGain: 3 },
    };

    it('asks each provider in its own way', () => {
      const { candidates } = preferring(own);
      expect(candidates.map(({ request }) => request)).toMatchObject([
        { model: 'tiny', voice: 'bob', language: 'en', speed: 1, options: { style: 'calm', pace: 1 } },
        { model: 'many-model', voice: 'eva', language: 'de', speed: 0.5 },
      ]);
      expect(candidates.map(({ warnings }) => warnings.map(({ code, param }) => `${code} ${param}`))).toEqual([
        ['unsupported_option speed'],
        ['clipped speed', 'unsupported_option volumeGain'],
      ]);
      expect(candidates[1]!.request).not.toHaveProperty('options');
    });

    it('lets the request go before the preference, field by field and option by option', () => {
      const { candidates } = preferring(own, { language: 'en', voice: 'alloy', speed: 1, options: { pace: 2 } });
      expect(candidates.map(({ request }) => request)).toMatchObject([
        { model: 'tiny', voice: 'bob', speed: 1, options: { style: 'calm', pace: 2 } },
        { voice: 'tom', speed: 1, options: { pace: 2 } },
      ]);
      expect(candidates.flatMap(({ warnings }) => warnings.map(({ param }) => param))).toEqual(['volumeGain']);
      expect(preferring(own, { model: 'tts-1' }).candidates[0].request.model).toBe('small');
      expect(preferring(own, { model: 'english' }).candidates[0].request.model).toBe('tiny');
    });

    it('knows its models and voices by their names, by aliases and with the provider before them', () => {
      const modelOf = (model: string) => preferring({ english: { model } }).candidates[0].request.model;
      expect([modelOf('small'), modelOf('tts-1'), modelOf('english/tiny'), modelOf('english')]).toEqual([
        'small',
        'small',
        'tiny',
        'small',
      ]);
      expect(preferring({ english: { voice: 'echo' } }).candidates[0].request.voice).toBe('ann');
    });

    it('leaves out whom it wants something of that it does not have', () => {
      const made = preferring({ english: { model: 'many-model' }, many: { model: 'many-model' } });
      expect(made.skipped).toEqual([{ provider: 'english', reason: 'it does not have the model' }]);
      expect(preferring({ english: { voice: 'nobody' } }).skipped).toEqual([{ provider: 'english', reason: 'it does not have the voice' }]);
      expect(preferring({ many: { language: 'fr' } }).skipped).toEqual([{ provider: 'many', reason: 'it does not speak fr' }]);
    });

    it('may want of who takes any what it does not list', () => {
      const open = new FakeSpeechProvider('open', { anyVoice: true, anyModel: true });
      const { request } = preferring({ open: { model: 'my-model', voice: 'my-clone' } }, {}, [open]).candidates[0];
      expect(request).toMatchObject({ model: 'my-model', voice: 'my-clone' });
    });

    it('says what there is when nobody is left', () => {
      const missing = (speech: SpeechPreference) => () => preferring({ english: speech }, {}, [english]);
      expect(missing({ model: 'gpt-9' })).toThrow(expect.objectContaining({ code: 'not_found', param: 'model' }));
      expect(missing({ voice: 'nobody' })).toThrow(expect.objectContaining({ code: 'not_found', param: 'voice' }));
      expect(missing({ language: 'fr' })).toThrow(
        expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('speak fr') }),
      );
    });
  });
});
