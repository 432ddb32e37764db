import { decodeEntry, encodeEntry, encodeReference } from './cache-entry.js';

describe('cache entry', () => {
  const entry = encodeEntry({ format: 'mp3' }, new Uint8Array([1, 2, 3]));

  it('comes back as it was', () => {
    expect(decodeEntry(entry)).toEqual({ head: { format: 'mp3' }, body: Buffer.from([1, 2, 3]) });
    expect(decodeEntry(encodeEntry({}, new Uint8Array()))).toEqual({ head: {}, body: Buffer.alloc(0) });
  });

  it('can say where its body lies', () => {
    const stored = { object: 'cache/a', size: 3, sha256: 'ab' };
    const reference = encodeReference({ format: 'mp3' }, stored);
    expect(decodeEntry(reference)).toEqual({ head: { format: 'mp3' }, stored });
    expect(decodeEntry(reference.with(14, 0))).toBeUndefined();
  });

  it('is nothing when short, from elsewhere, or with any bit flipped', () => {
    expect(decodeEntry(new Uint8Array())).toBeUndefined();
    expect(decodeEntry(Buffer.from('something else altogether'))).toBeUndefined();
    for (let length = 0; length < entry.length; length++) expect(decodeEntry(entry.subarray(0, length))).toBeUndefined();
    for (let position = 0; position < entry.length; position++) {
      const damaged = Uint8Array.from(entry);
      damaged[position]! ^= 0x10;
      expect(decodeEntry(damaged)).toBeUndefined();
    }
  });
});
