import { PcmSink } from './pcm-sink.js';
import { FLOATS, INTEGERS } from './sample-store.js';
import type { Samples } from './pcm.js';

const RATE = 8000;
/** A fiftieth of a second, as Opus has it. */
const packet = Float32Array.from({ length: RATE / 50 }, (_, index) => ((index * 7) % 160) / 160 - 0.5);

describe('PcmSink', () => {
  /** Room in samples, as it was asked for. */
  let rooms: number[];
  const sinkOf = (announced?: number) => {
    const create = (length: number): Samples => {
      rooms.push(length);
      return INTEGERS.create(length);
    };
    return new PcmSink<Samples>(RATE, 1000, { ...INTEGERS, create }, announced);
  };
  const take = (sink: PcmSink<Samples>, seconds: number) => {
    for (let index = 0; index < seconds * 50; index++) sink.write({ channels: [packet], sampleRate: RATE });
    return sink.finish().samples;
  };
  beforeEach(() => (rooms = []));

  it.each([100, 99.5])('puts what comes where it stays, where %d of 100 s are announced: there is never a second whole', (announced) => {
    expect(take(sinkOf(announced), 100)).toHaveLength(100 * RATE);
    expect(rooms).toEqual([(announced + 1) * RATE]);
  });

  it.each([[undefined], [1], [70]])('keeps all in order, where of 100 s %p are announced', (announced) => {
    const samples = take(sinkOf(announced), 100);
    const one = take(sinkOf(1), 0.02);
    expect(samples).toHaveLength(100 * RATE);
    for (let start = 0; start < samples.length; start += packet.length)
      expect(Buffer.from(samples.slice(start, start + packet.length).buffer).equals(Buffer.from(one.slice().buffer))).toBe(true);
  });

  it('makes room for half a minute at a time, where nobody knows how long it will be', () => {
    take(sinkOf(), 100);
    expect(rooms).toEqual([30, 30, 30, 30, 100].map((seconds) => seconds * RATE));
  });

  it('clips what is too loud', () => {
    const loud = { channels: [Float32Array.of(2, -2, 0.5)], sampleRate: RATE };
    const floats = new PcmSink(RATE, 1, FLOATS);
    floats.write(loud);
    expect([...floats.finish().samples]).toEqual([1, -1, 0.5]);
    const integers = new PcmSink(RATE, 1, INTEGERS);
    integers.write(loud);
    expect([...integers.finish().samples]).toEqual([32_767, -32_768, 16_384]);
  });

  it('gives nothing of nothing', () => {
    expect(new PcmSink(undefined, 1, FLOATS, 1).finish()).toEqual({ samples: new Float32Array(0), sampleRate: 0 });
  });
});
