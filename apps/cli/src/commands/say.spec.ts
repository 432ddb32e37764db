import { target } from './say.js';

describe('target', () => {
  it.each([
    [{ output: 'a/hello.ogg' }, true, { output: 'a/hello.ogg', format: 'opus' }],
    [{ output: 'hello.opus' }, true, { output: 'hello.opus', format: 'opus' }],
    [{ output: 'HELLO.MP3' }, true, { output: 'HELLO.MP3', format: 'mp3' }],
    [{ output: 'hello.bin', format: 'pcm' as const }, true, { output: 'hello.bin', format: 'pcm' }],
    [{ output: 'hello' }, true, { output: 'hello', format: 'opus' }],
    [{}, true, { output: 'speech.ogg', format: 'opus' }],
    [{ format: 'wav' as const }, true, { output: 'speech.wav', format: 'wav' }],
    [{}, false, { output: '-', format: 'opus' }],
    [{ output: '-', format: 'flac' as const }, true, { output: '-', format: 'flac' }],
  ])('%j, at a terminal: %p', (options, terminal, expected) => {
    expect(target(options, terminal)).toEqual(expected);
  });

  it('refuses a name that says something else', () => {
    expect(() => target({ output: 'hello.txt' }, true)).toThrow(expect.objectContaining({ message: expect.stringContaining('.mp3') }));
  });
});
