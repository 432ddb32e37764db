import { exactHeader } from './exact-header.js';

function wav(dataLength: number, extra = Buffer.alloc(0)): Buffer {
  const head = Buffer.from('RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x01\0\x80\x3e\0\0\0\x7d\0\0\x02\0\x10\0', 'latin1');
  const data = Buffer.concat([Buffer.from('data'), Buffer.alloc(4), Buffer.alloc(100, 7)]);
  data.writeUInt32LE(dataLength, 4);
  return Buffer.concat([head, extra, data]);
}

describe('exactHeader', () => {
  it('fills in the lengths of a streamed WAV and leaves the original alone', () => {
    const streamed = wav(0xffffffff);
    const exact = Buffer.from(exactHeader(streamed, 'wav'));
    expect(exact.readUInt32LE(4)).toBe(exact.length - 8);
    expect(exact.readUInt32LE(40)).toBe(100);
    expect(exact.subarray(44)).toEqual(streamed.subarray(44));
    expect(streamed.readUInt32LE(40)).toBe(0xffffffff);
  });

  it('finds the samples behind other chunks', () => {
    const exact = Buffer.from(exactHeader(wav(0xffffffff, Buffer.from('LIST\x03\0\0\0abc\0', 'latin1')), 'wav'));
    expect(exact.readUInt32LE(exact.length - 104)).toBe(100);
  });

  it('leaves everything else as it is', () => {
    const known = wav(100);
    const other = Buffer.alloc(200, 1);
    expect(exactHeader(known, 'wav')).toBe(known);
    expect(exactHeader(other, 'mp3')).toBe(other);
    expect(exactHeader(other, 'wav')).toBe(other);
  });
});
