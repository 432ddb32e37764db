import { box } from './__fixtures__/mp4-box.js';
import { measureDuration } from './measure-duration.js';
import { sniffFormat } from './sniff-format.js';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** Its checksum is none: nobody looks at it here. */
function page(flags: number, pieces: readonly Uint8Array[], granule = 0): Buffer {
  const head = Buffer.alloc(27);
  head.write('OggS');
  head[5] = flags;
  head.writeUInt32LE(granule, 6);
  head[26] = pieces.length;
  return Buffer.concat([head, Buffer.from(pieces.map(({ length }) => length)), ...pieces]);
}

const opusHead = Buffer.concat([Buffer.from('OpusHead'), bytesOf('01 01 0000 80bb0000 0000 00')]);

/** Two seconds of Opus, with pages between its beginning and its end. */
function opus(between: Buffer, count: number): Buffer {
  return Buffer.concat([page(2, [opusHead]), ...Array<Buffer>(count).fill(between), page(4, [Buffer.alloc(1)], 96_000)]);
}

/** Three seconds, with empty elements before it says so. */
function webm(count: number): Buffer {
  const empty = Array<Buffer>(count).fill(bytesOf('ec 80'));
  return Buffer.concat([bytesOf('1a45dfa3 87 4282 84 7765626d'), ...empty, bytesOf('4489 84 453b8000')]);
}

/** Four seconds, with boxes before the track. */
function mp4(...before: readonly Uint8Array[]): Buffer {
  const times = bytesOf('00000000 00000000 00000000 00000001 00000004');
  const sound = box('mdia', box('mdhd', times), box('hdlr', Buffer.alloc(8), Buffer.from('soun')));
  const track = box('trak', box('tkhd', Buffer.alloc(20), bytesOf('00000004')), sound);
  return Buffer.concat([box('ftyp', Buffer.from('M4A ')), box('moov', box('mvhd', times), ...before, track)]);
}

describe('measureDuration', () => {
  const nothing = page(0, Array<Buffer>(255).fill(Buffer.alloc(0)));
  const pageOfNothing = page(0, []);
  const tracks = (count: number) => mp4(...Array<Buffer>(count).fill(box('trak')));

  it.each([
    ['pages of packets without a byte', 'ogg-opus', opus(nothing, 10), opus(nothing, 4000), 2],
    ['pages without a packet', 'ogg-opus', opus(pageOfNothing, 10), opus(pageOfNothing, 1_000_000), 2],
    ['elements without a byte', 'webm', webm(10), webm(20_000), 3],
    ['tracks without a byte', 'mp4', tracks(10), tracks(20_000), 4],
  ] as const)('walks over %s, but not over any number of them', (_what, format, few, many, seconds) => {
    expect([few, many].map((bytes) => sniffFormat(bytes))).toEqual([format, format]);
    expect(measureDuration(few, format)).toBe(seconds);
    expect(measureDuration(many, format)).toBeUndefined();
  });

  it('does not take what stands before the fragments of an MP4 for all of it', () => {
    expect(measureDuration(mp4(), 'mp4')).toBe(4);
    expect(measureDuration(mp4(box('mvex')), 'mp4')).toBeUndefined();
  });

  it('looks for a stream that can be heard among a few', () => {
    const other = (count: number) => Array<Buffer>(count).fill(page(2, [Buffer.from('other')]));
    expect(sniffFormat(Buffer.concat([...other(10), opus(nothing, 1)]))).toBe('ogg-opus');
    expect(sniffFormat(Buffer.concat([...other(1000), opus(nothing, 1)]))).toBeUndefined();
  });
});
