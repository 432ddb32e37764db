import * as fc from 'fast-check';
import { readJfk } from '../__fixtures__/recordings.js';
import { OggPageWriter } from './ogg-page-writer.js';
import { sniffFormat } from './sniff-format.js';

const ascii = (text: string, length = 64) => Uint8Array.from({ length }, (_, index) => text.charCodeAt(index) || 0);
const hex = (text: string, length = 64) =>
  Uint8Array.from({ length }, (_, index) => Number.parseInt(text.slice(index * 2, index * 2 + 2), 16) || 0);

/** Frames of 64 kbit/s MPEG-2 layer III at 24 kHz, 192 bytes each. */
function mp3(frames: number, tag: Uint8Array = new Uint8Array(0)): Uint8Array {
  const frame = hex('fff384c4', 192);
  return Uint8Array.from([...tag, ...Array.from({ length: frames }, () => [...frame]).flat()]);
}

function adts(frames: number): Uint8Array {
  return Uint8Array.from(Array.from({ length: frames }, () => [...hex('fff15c400800fc', 64)]).flat());
}

const ogg = (first: string) => new OggPageWriter(7).page([ascii(first, 30)], 0);

describe('sniffFormat', () => {
  it.each([
    ['wav', readJfk()],
    ['ogg-opus', ogg('OpusHead')],
    ['ogg-vorbis', ogg('\u0001vorbis')],
    ['ogg-opus', Uint8Array.from([...ogg('fishead'), ...ogg('OpusHead')])],
    ['flac', ascii('fLaC')],
    ['flac', Uint8Array.from([...ascii('ID3\u0004\0\0\0\0\0\u000a', 20), ...ascii('fLaC')])],
    ['mp3', mp3(2)],
    ['mp3', mp3(3, ascii('ID3\u0003\0\0\0\0\u0001\u0000', 10 + 128))],
    ['aac', adts(2)],
    ['mp4', ascii('\0\0\0\u0020ftypM4A ')],
    ['amr', ascii('#!AMR\n')],
    ['webm', hex('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 40)],
  ])('knows %s', (format, bytes) => {
    expect(sniffFormat(bytes)).toBe(format);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', ascii('Hello, this is a text and no recording.')],
    ['zip', ascii('PK\u0003\u0004')],
    ['pdf', ascii('%PDF-1.7')],
    ['png', hex('89504e470d0a1a0a')],
    ['jpeg', hex('ffd8ffe000104a464946')],
    ['html', ascii('<!doctype html>')],
    ['an AVI', Uint8Array.from([...ascii('RIFF', 8), ...ascii('AVI ')])],
    ['a HEIC picture', ascii('\0\0\0\u0018ftypheic')],
    ['Ogg with something else', ogg('\u0080theora')],
    ['Matroska of another kind', hex('1a45dfa38f42828966696c65666f726d61')],
    ['a single MP3 frame', mp3(1)],
    ['an MP3 header in front of noise', mp3(1).map((byte, index) => (index < 4 ? byte : 17))],
  ])('does not know %s', (_, bytes) => {
    expect(sniffFormat(bytes)).toBeUndefined();
  });

  it('takes random bytes for nothing, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(sniffFormat(bytes)).toBeUndefined();
      }),
    );
  });

  it('never throws on what starts well', () => {
    const starts = [readJfk().slice(0, 100), ogg('OpusHead'), mp3(3), adts(3), ascii('fLaC'), hex('1a45dfa3')];
    const input = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), fc.nat(120));
    fc.assert(
      fc.property(input, ([start, rest, cut]) => {
        expect(() => sniffFormat(Uint8Array.from([...start.subarray(0, cut), ...rest]))).not.toThrow();
      }),
    );
  });
});
