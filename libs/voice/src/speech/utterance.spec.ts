import { prepareUtterance } from './utterance.js';

describe('prepareUtterance', () => {
  it('fills in what is the same for every provider, and leaves open what is not', () => {
    expect(prepareUtterance({ text: ' Hello. ' }, 100)).toEqual({ text: 'Hello.', format: 'mp3', tenant: 'default' });
    expect(prepareUtterance({ text: 'Hello.', speed: 1, pitch: 0, volumeGain: 0 }, 100)).toMatchObject({
      speed: 1,
      pitch: 0,
      volumeGain: 0,
    });
  });

  it('takes a rate that the format has, and keeps what was asked for', () => {
    const rates = (format: 'opus' | 'wav', sampleRate: number) => {
      const utterance = prepareUtterance({ text: 'Hello.', format, sampleRate }, 100);
      return [utterance.sampleRate, utterance.askedSampleRate];
    };
    expect(rates('opus', 22_050)).toEqual([24_000, 22_050]);
    expect(rates('opus', 44_100)).toEqual([48_000, 44_100]);
    expect(rates('opus', 16_000)).toEqual([16_000, undefined]);
    expect(rates('wav', 22_050)).toEqual([22_050, undefined]);
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
