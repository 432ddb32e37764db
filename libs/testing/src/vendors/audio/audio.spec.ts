import { AUDIO_FORMATS } from '@parlance/contracts';
import { audioKind, isAudio, isOfFormat } from './audio-kind.js';
import { SPOKEN_SAMPLE_RATE, spokenAudio, wavOf } from './spoken-audio.js';

describe('the spoken audio', () => {
  it.each(AUDIO_FORMATS)('is %s and nothing else', (format) => {
    const matching = AUDIO_FORMATS.filter((other) => isOfFormat(spokenAudio(format), other));
    expect(matching).toEqual([format]);
  });

  it('is the same in wav and pcm', () => {
    expect(wavOf(spokenAudio('pcm'), SPOKEN_SAMPLE_RATE).equals(spokenAudio('wav'))).toBe(true);
  });

  it('is given out as a copy', () => {
    spokenAudio('pcm').fill(0);
    expect(spokenAudio('pcm').some((byte) => byte !== 0)).toBe(true);
  });
});

describe('isAudio', () => {
  it.each([
    [Buffer.from('\x00\x00\x00\x20ftypM4A ', 'latin1'), 'mp4'],
    [Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), 'webm'],
    [Buffer.from('ID3\x04'), 'mp3'],
    [Buffer.from([0xff, 0xfb, 0x90]), 'mp3'],
    [Buffer.from([0xff, 0xf1, 0x50]), 'aac'],
  ])('knows %p', (bytes, kind) => {
    expect([audioKind(bytes), isAudio(bytes)]).toEqual([kind, true]);
  });

  it.each(['', 'no audio', '<!doctype html>', '{"text":"Hello"}', 'RIFF    AVI '])('refuses %p', (text) => {
    expect(isAudio(Buffer.from(text))).toBe(false);
  });
});
