import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import type { TranscriptionPreference } from './plan.types.js';
import { planTranscription, type TranscriptionWish } from './plan-transcription.js';

const english = new FakeTranscriptionProvider('english');
const many = new FakeTranscriptionProvider('many', { languages: ['*'], prompt: true, temperature: true });
const plan = (wish: TranscriptionWish) => planTranscription(wish, [english, many], { 'whisper-1': { many: 'many-model' } });
const summary = (wish: TranscriptionWish) => plan(wish).candidates.map(({ provider, model }) => `${provider.name}/${model}`);

describe('planTranscription', () => {
  it('takes all that understand the language, in order', () => {
    expect(summary({})).toEqual(['english/english-model', 'many/many-model']);
    expect(summary({ language: 'fr' })).toEqual(['many/many-model']);
    expect(plan({ language: 'fr' }).skipped).toEqual([{ provider: 'english', reason: 'it does not understand fr' }]);
  });

  it('knows models by name, by alias and by provider', () => {
    expect(summary({ model: 'whisper-1' })).toEqual(['english/english-model', 'many/many-model']);
    expect(summary({ model: 'english/english-model' })).toEqual(['english/english-model']);
    expect(() => plan({ model: 'none' })).toThrow(expect.objectContaining({ code: 'not_found', param: 'model' }));
    expect(() => planTranscription({ language: 'fr' }, [english], {})).toThrow(
      expect.objectContaining({ code: 'unsupported', param: 'language' }),
    );
  });

  it('says so where there is nobody to ask, and names no language that nobody has to understand', () => {
    const nobody = { code: 'unsupported', param: 'providers', message: expect.stringContaining('transcribes. Name one that does in') };
    expect(() => planTranscription({ language: 'en', model: 'whisper-1' }, [], {})).toThrow(expect.objectContaining(nobody));
  });

  it('warns of what a provider leaves out', () => {
    const [first, second] = plan({ prompt: 'names', temperature: 0.5 }).candidates;
    expect(first.warnings.map(({ param }) => param)).toEqual(['prompt', 'temperature']);
    expect(second!.warnings).toEqual([]);
  });

  it('passes on the wishes that a provider can follow, and warns of what it does otherwise', () => {
    const able = new FakeTranscriptionProvider('able', { punctuation: true, profanityFilter: true, timings: 'word' });
    const of = (wish: TranscriptionWish) =>
      planTranscription(wish, [english, able], {}).candidates.map(({ wishes, warnings }) => [wishes, warnings.map(({ param }) => param)]);
    const unusual = { punctuation: false, profanityFilter: true, words: false, options: { tier: 1 } };
    expect(of(unusual)).toEqual([
      [{ words: false, options: { tier: 1 } }, ['punctuation', 'profanityFilter']],
      [unusual, []],
    ]);
    const usual = { punctuation: true, profanityFilter: false };
    expect(of({ ...usual, words: true })).toEqual([
      [{ words: true }, ['words']],
      [{ ...usual, words: true }, []],
    ]);
    expect(of({})).toEqual([
      [{}, []],
      [{}, []],
    ]);
  });

  describe('with preferences', () => {
    const preferring = (transcription: Record<string, TranscriptionPreference>, wish: TranscriptionWish = {}) => {
      const preferences = new Map(
        Object.entries(transcription).map(([name, own], priority) => [name, { priority, weight: 1, transcription: own }]),
      );
      return planTranscription(wish, [english, many], { 'whisper-1': { many: 'many-model' } }, { preferences });
    };

    it('asks each provider in its own way, and the request goes before', () => {
      const own = { english: { options: { a: 1, b: 1 }, words: false }, many: { model: 'whisper-1', language: 'de' } };
      expect(preferring(own, { options: { b: 2 } }).candidates).toMatchObject([
        { model: 'english-model', wishes: { options: { a: 1, b: 2 }, words: false } },
        { model: 'many-model', language: 'de', wishes: { options: { b: 2 } } },
      ]);
      expect(preferring(own, { language: 'en', words: true }).candidates).toMatchObject([{ wishes: { words: true } }, { language: 'en' }]);
    });

    it('leaves out whom it wants something of that it does not have', () => {
      expect(preferring({ english: { model: 'whisper-1' }, many: {} }).skipped).toEqual([
        { provider: 'english', reason: 'it does not have the model' },
      ]);
      expect(() => preferring({ english: { model: 'none' }, many: { model: 'none' } })).toThrow(
        expect.objectContaining({ code: 'not_found', param: 'model' }),
      );
    });

    it('leaves out who is not to be asked for so long a recording', () => {
      const own = { english: { maximumSeconds: 60 }, many: { maximumSeconds: 120 } };
      expect(preferring(own, { seconds: 60 }).skipped).toEqual([]);
      const made = preferring(own, { seconds: 61 });
      expect(made.candidates.map(({ provider }) => provider.name)).toEqual(['many']);
      expect(made.skipped).toEqual([{ provider: 'english', reason: 'it is asked for no more than 60 s' }]);
    });

    it('tells a recording that is too long for all from what nobody can do', () => {
      const own = { english: { maximumSeconds: 60 }, many: { maximumSeconds: 120 } };
      expect(() => preferring(own, { seconds: 121 })).toThrow(
        expect.objectContaining({ code: 'too_large', param: 'file', maximumSeconds: 120, message: expect.stringContaining('at most 120') }),
      );
      // Only who would do but for the length counts.
      expect(() => preferring({ english: { maximumSeconds: 60 }, many: { model: 'none' } }, { seconds: 121 })).toThrow(
        expect.objectContaining({ code: 'too_large', message: expect.stringContaining('at most 60') }),
      );
      const none = { english: { maximumSeconds: 60, model: 'none' }, many: { maximumSeconds: 60, model: 'none' } };
      expect(() => preferring(none, { seconds: 121 })).toThrow(expect.objectContaining({ code: 'not_found' }));
    });
  });
});
