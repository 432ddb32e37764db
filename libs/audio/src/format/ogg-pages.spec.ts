import { joinBytes } from './bytes.js';
import { OggPageWriter } from './ogg-page-writer.js';
import { oggPackets } from './ogg-pages.js';

describe('oggPackets', () => {
  it('puts together a packet that goes over many pages', () => {
    const packets = [Buffer.alloc(200_000, 7), Buffer.alloc(65_025 * 2, 8), Buffer.from('short')];
    const writer = new OggPageWriter(1);
    const file = joinBytes(packets.map((packet, index) => writer.page([packet], index, index === 2)));
    expect([...oggPackets(file)].map(({ data }) => Buffer.from(data))).toEqual(packets);
  });
});
