import { pcm16ToSamples, samplesToPcm16 } from './pcm.js';

describe('16-bit PCM', () => {
  it('goes there and back without a loss', () => {
    const bytes = new Uint8Array(new Int16Array([0, 1, -1, 32_767, -32_768, 12_345]).buffer);
    expect(samplesToPcm16(pcm16ToSamples(bytes))).toEqual(bytes);
  });

  it('reads from any offset and leaves out an odd last byte', () => {
    const bytes = new Uint8Array([9, 0, 64, 0, 192, 7]).subarray(1);
    expect([...pcm16ToSamples(bytes)]).toEqual([0.5, -0.5]);
  });

  it('clips what is too loud and silences what is no number', () => {
    const bytes = samplesToPcm16(new Float32Array([2, -2, NaN]));
    expect([...new Int16Array(bytes.buffer)]).toEqual([32_767, -32_768, 0]);
  });
});
