import { joined, peaksOf, SampleReader, wavOf } from './samples.js';

const tone = Float32Array.from({ length: 1000 }, (_, index) => Math.sin(index / 7) * 0.5);

function readAll(format: 'pcm' | 'wav', bytes: Uint8Array, cut: number): { values: number[]; rates: Set<number> } {
  const reader = new SampleReader(format);
  const values: number[] = [];
  const rates = new Set<number>();
  for (let at = 0; at < bytes.byteLength; at += cut) {
    const samples = reader.push(bytes.slice(at, at + cut));
    values.push(...(samples?.values ?? []));
    if (samples !== undefined) rates.add(samples.sampleRate);
  }
  return { values, rates };
}

/** How far samples are from the tone at the most; those of another length are no tone. */
function distance(values: readonly number[]): number {
  return values.length === tone.length ? Math.max(...values.map((value, index) => Math.abs(value - tone[index]!))) : Infinity;
}

const CLOSE = 0.001;

describe('samples out of bytes as they come', () => {
  const wav = wavOf([tone.subarray(0, 300), tone.subarray(300)], 22_050);

  it.each([1, 3, 7, 44, 45, 512, 10_000])('of a WAV file in pieces of %d bytes', (cut) => {
    const { values, rates } = readAll('wav', wav, cut);
    expect(distance(values)).toBeLessThan(CLOSE);
    expect([...rates]).toEqual([22_050]);
  });

  it.each([1, 3, 10_000])('that are bare, in pieces of %d bytes', (cut) => {
    const { values, rates } = readAll('pcm', wav.slice(44), cut);
    expect(distance(values)).toBeLessThan(CLOSE);
    expect([...rates]).toEqual([24_000]);
  });

  it('passes over what else stands before the samples', () => {
    const note = joined(new TextEncoder().encode('LIST'), Uint8Array.of(3, 0, 0, 0, 1, 2, 3, 0));
    expect(distance(readAll('wav', joined(wav.slice(0, 36), note, wav.slice(36)), 5).values)).toBeLessThan(CLOSE);
  });

  it('reads a file whose size is not known yet', () => {
    const open = wav.slice();
    new DataView(open.buffer).setUint32(40, 0xff_ff_ff_ff, true);
    expect(distance(readAll('wav', open, 100).values)).toBeLessThan(CLOSE);
  });

  it('mixes two channels into one', () => {
    const bytes = new Uint8Array(wavOf([Float32Array.of(0.5, 0.1, -0.5, -0.1)], 8000));
    new DataView(bytes.buffer).setUint16(22, 2, true);
    const values = readAll('wav', bytes, 100).values;
    expect(values.map((value) => Math.round(value * 10) / 10)).toEqual([0.3, -0.3]);
  });
});

describe('peaks', () => {
  it('are the loudest of each stretch', () => {
    expect([...peaksOf(Float32Array.of(0, 0.25, -0.5, 0, 0.125, -1), 3)]).toEqual([0.25, 0.5, 1]);
  });

  it('are no more than there are samples', () => {
    expect([...peaksOf(Float32Array.of(0.5), 100)]).toEqual([0.5]);
    expect([...peaksOf(new Float32Array(), 100)]).toEqual([0]);
  });
});
