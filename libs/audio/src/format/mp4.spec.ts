import { box } from './__fixtures__/mp4-box.js';
import { mp4Channels } from './mp4.js';

const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');

/** A track of AAC of which the description of the samples says two channels, as it always does. */
function aac(descriptors: string): Buffer {
  const entry = box('mp4a', Buffer.alloc(16), bytesOf('0002 0010 0000 0000 bb800000'), box('esds', bytesOf(`00000000 ${descriptors}`)));
  const table = box('stbl', box('stsd', Buffer.alloc(8), entry));
  return box('moov', box('trak', box('mdia', box('hdlr', Buffer.alloc(8), Buffer.from('soun')), box('minf', table))));
}

describe('mp4Channels', () => {
  it.each([
    ['long lengths', '03808080250001 00 0480808017 4015000000 0001f400 0001f2e2 0580808005 118856e500 068080800102', 1],
    ['short lengths', '03190000 00 0411 4015000300 0001f400 0001f400 0502 1210 060102', 2],
    ['a bit rate that looks like a tag', '03190000 00 0411 4015000300 0001f405 0001f405 0502 1208 060102', 1],
    ['no configuration', '03190000 00 040d 6b15000000 0001051b 0001051b 060102', 2],
    ['nothing', '', 2],
  ])('reads the configuration of AAC behind %s', (_, descriptors, channels) => {
    expect(mp4Channels(aac(descriptors))).toBe(channels);
  });

  it('reads no further than there is', () => {
    const bytes = aac('03190000 00 0411 4015000300 0001f405 0001f405 0502 1208 060102');
    for (let length = 0; length < bytes.length; length++) expect([undefined, 1, 2]).toContain(mp4Channels(bytes.subarray(0, length)));
  });
});
