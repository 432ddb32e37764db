import { contentDisposition, encodeFilename, originalFilename } from './content-disposition.js';

describe('contentDisposition', () => {
  const of = (name: string) => contentDisposition({ 'original-filename': encodeFilename(name) });

  it.each([
    ['speech.mp3', 'inline; filename="speech.mp3"'],
    ['a b (1).ogg', 'inline; filename="a b (1).ogg"'],
    ['grüße.ogg', `inline; filename="gr__e.ogg"; filename*=UTF-8''gr%C3%BC%C3%9Fe.ogg`],
    ['"; x="\\.ogg', `inline; filename="_; x=__.ogg"; filename*=UTF-8''%22%3B%20x%3D%22%5C.ogg`],
    ["it's 100%*.ogg", `inline; filename="it's 100_*.ogg"; filename*=UTF-8''it%27s%20100%25%2A.ogg`],
    ['a\r\nb.ogg', `inline; filename="a__b.ogg"; filename*=UTF-8''a%0D%0Ab.ogg`],
    ['🎤.ogg', `inline; filename="_.ogg"; filename*=UTF-8''%F0%9F%8E%A4.ogg`],
  ])('%j', (name, header) => {
    expect(of(name)).toBe(header);
    expect(of(name)).toMatch(/^[ -~]*$/);
    expect(originalFilename({ 'original-filename': encodeFilename(name) })).toBe(name);
  });

  it.each([{}, { 'original-filename': '' }, { 'original-filename': '%zz' }])('is plain where there is no name: %j', (metadata) => {
    expect(contentDisposition(metadata)).toBe('inline');
  });
});
