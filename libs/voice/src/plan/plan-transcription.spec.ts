import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
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

  it('warns of what a provider leaves out', () => {
    const [first, second] = plan({ prompt: 'names', temperature: 0.5 }).candidates;
    expect(first.warnings.map(({ param }) => param)).toEqual(['prompt', 'temperature']);
    expect(second!.warnings).toEqual([]);
  });
});
