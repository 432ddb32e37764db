import { isAudioFile } from './is-audio-file.js';

describe('isAudioFile', () => {
  it.each([
    ['audio/mpeg', undefined],
    [' AUDIO/ogg; codecs=opus', 'note'],
    ['application/ogg', 'note'],
    [undefined, 'Note.MP3'],
    ['application/octet-stream', 'note.opus'],
  ])('takes the type %j and the name %j for a recording', (mediaType, filename) => {
    expect(isAudioFile(mediaType, filename)).toBe(true);
  });

  it.each([
    [undefined, undefined],
    ['application/pdf', 'score.mp3.pdf'],
    ['text/plain', 'mp3'],
    ['application/x-audio/none', 'notes'],
    ['application/oggle', 'notes'],
    ['Video/mp4', 'film.m4a'],
  ])('takes the type %j and the name %j for none', (mediaType, filename) => {
    expect(isAudioFile(mediaType, filename)).toBe(false);
  });
});
