import { prepareUtterance } from './utterance.js';

describe('prepareUtterance', () => {
  it('fills in the defaults', () => {
    expect(prepareUtterance({ text: ' Hello. ' }, 100)).toEqual({
      text: 'Hello.',
      format: 'mp3',
      speed: 1,
      pitch: 0,
      volumeGain: 0,
      tenant: 'default',
    });
  });

  it.each([
    [{ speed: 9 }, 'speed'],
    [{ speed: Number.NaN }, 'speed'],
    [{ pitch: -21 }, 'pitch'],
    [{ volumeGain: 21 }, 'volumeGain'],
    [{ sampleRate: 1 }, 'sampleRate'],
    [{ language: 'no language' }, 'language'],
    [{ format: 'midi' as 'mp3' }, 'format'],
  ])('refuses %p and names the field', (wrong, param) => {
    expect(() => prepareUtterance({ text: 'Hello.', ...wrong }, 100)).toThrow(expect.objectContaining({ code: 'invalid', param }));
  });
});
