import { checkEntries } from './check-entries.js';
import type { PlanEntry, PlanPreference } from './plan.types.js';

describe('checkEntries', () => {
  it('leaves names as they are, and writes languages as they are written here', () => {
    const names = ['one', 'two'];
    expect(checkEntries(names)).toBe(names);
    const entry = { name: 'one', weight: 2, speech: { language: 'EN_us', speed: 4 }, transcription: { language: 'de', maximumSeconds: 1 } };
    expect(checkEntries([entry, 'two'])).toEqual([{ ...entry, speech: { language: 'en-US', speed: 4 } }, 'two']);
  });

  it.each<[Partial<PlanPreference>, string]>([
    [{ speech: { speed: 9 } }, 'speech.speed'],
    [{ speech: { speed: Number.NaN } }, 'speech.speed'],
    [{ speech: { pitch: -21 } }, 'speech.pitch'],
    [{ speech: { volumeGain: 21 } }, 'speech.volumeGain'],
    [{ speech: { language: 'no language' } }, 'speech.language'],
    [{ transcription: { language: 'no language' } }, 'transcription.language'],
    [{ transcription: { maximumSeconds: 0 } }, 'transcription.maximumSeconds'],
    [{ transcription: { maximumSeconds: Number.NaN } }, 'transcription.maximumSeconds'],
  ])('refuses %j and names the field', (wrong, field) => {
    const param = `providers[1].${field}`;
    const check = () => checkEntries(['one', { name: 'two', ...wrong }]);
    expect(check).toThrow(expect.objectContaining({ code: 'invalid', param, message: expect.stringContaining(`'${param}'`) }));
  });

  it('refuses a second entry of a name where that would hide what the first wants', () => {
    const twice: PlanEntry[] = ['one', { name: 'two', speech: {} }, 'two'];
    expect(() => checkEntries(twice)).toThrow(expect.objectContaining({ code: 'invalid', param: 'providers[2]' }));
    expect(checkEntries(['one', { name: 'one', weight: 2 }])).toHaveLength(2);
  });
});
