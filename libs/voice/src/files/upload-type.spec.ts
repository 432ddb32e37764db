import { safeFilename, uploadType } from './upload-type.js';

describe('uploadType', () => {
  it.each([
    [{ contentType: 'audio/ogg; codecs=opus' }, { contentType: 'audio/ogg; codecs=opus', extension: 'ogg' }],
    [
      { contentType: 'Audio/MPEG', filename: 'a.wav' },
      { contentType: 'Audio/MPEG', extension: 'mp3' },
    ],
    [{ contentType: 'video/webm' }, { contentType: 'video/webm', extension: 'webm' }],
    [{ filename: 'Note.OGA' }, { contentType: 'audio/ogg', extension: 'oga' }],
    [{ filename: 'a.b.m4a' }, { contentType: 'audio/mp4', extension: 'm4a' }],
  ])('of %j', (named, type) => {
    expect(uploadType(named)).toEqual(type);
  });

  it.each([
    [{}, 'contentType', /'filename'/],
    [{ contentType: 'text/html', filename: 'a.ogg' }, 'contentType', /audio\/ogg/],
    [{ contentType: 'audio/ogg\r\nx: y' }, 'contentType', /audio\/ogg/],
    [{ filename: 'a.exe' }, 'filename', /ogg/],
    [{ filename: 'ogg' }, 'filename', /ogg/],
  ])('is none of %j', (named, param, message) => {
    expect(() => uploadType(named)).toThrow(expect.objectContaining({ code: 'invalid', param, message: expect.stringMatching(message) }));
  });
});

describe('safeFilename', () => {
  it.each([
    ['note.ogg', 'note.ogg'],
    ['../../etc/passwd.ogg', 'passwd.ogg'],
    ['C:\\Users\\me\\note.ogg', 'note.ogg'],
    ['a\r\nb\u0000\u202e.ogg', 'ab.ogg'],
    ['\ud800.ogg', '.ogg'],
    ['Grüße 🎤.ogg', 'Grüße 🎤.ogg'],
    ['', 'recording.ogg'],
    ['a/', 'recording.ogg'],
    [undefined, 'recording.ogg'],
  ])('of %j', (name, kept) => {
    expect(safeFilename(name, 'recording.ogg')).toBe(kept);
  });

  it('has room in metadata, whole characters only', () => {
    const kept = safeFilename('🎤'.repeat(255), 'x');
    expect(encodeURIComponent(kept).length).toBeLessThanOrEqual(900);
    expect(kept).toMatch(/^🎤{60,75}$/u);
  });
});
