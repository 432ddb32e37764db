import { setTimeout as sleep } from 'node:timers/promises';
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

  it('is not held up by one that goes over as many pages as a file can have', async () => {
    const pages = 60_000;
    const file = joinBytes(Array.from({ length: pages }, (_, index) => openPage(index)));
    expect(() => [...oggPackets(file, false)]).toThrow('incomplete');
    // Only now can the time of this test run out; the clock of timers stood still until the first of them.
    await sleep(1);
    await sleep(1);
  }, 10_000);
});

/** The smallest page on which no packet ends: a file of an attacker's has one behind the other. */
function openPage(index: number): Uint8Array {
  const page = new OggPageWriter(1).page([new Uint8Array(255)], 0).slice(0, -1);
  page[5] = index === 0 ? 2 : 1;
  page[26] = 1;
  return page;
}
