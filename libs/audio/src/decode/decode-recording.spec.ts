import { ParlanceError } from '@parlance/contracts';
import * as fc from 'fast-check';
import { jfkPcm, likeness, readJfk, rms, sine, vorbisOf, wavOf, webmOf } from '../__fixtures__/recordings.js';
import { AudioConverter } from '../audio-converter.js';
import { joinBytes } from '../format/bytes.js';
import { measureDuration } from '../format/measure-duration.js';
import { OggPageWriter } from '../format/ogg-page-writer.js';
import { oggPackets } from '../format/ogg-pages.js';
import { samplesToInteger16, samplesToPcm16 } from '../pcm/pcm.js';

const signal = new AbortController().signal;
const noise = (length: number) => Uint8Array.from({ length }, (_, index) => (Math.imul(index + 1, 2_654_435_761) >>> 13) & 0xff);

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => new Uint8Array(buffer, byteOffset, byteLength);

describe('decoding', () => {
  let converter: AudioConverter;
  let opus: Uint8Array;
  let mp3: Uint8Array;
  let flac: Uint8Array;
  let vorbis: Uint8Array;
  const speech = jfkPcm(3);
  const decode = (bytes: Uint8Array, options: { sampleRate?: number; maximumSeconds?: number } = {}) =>
    converter.decode(bytes, options, signal);

  beforeAll(async () => {
    converter = new AudioConverter({ threads: 1, ffmpeg: false, maximumSeconds: 60, maximumBytes: 5_000_000 });
    [opus, mp3, flac] = (await Promise.all(
      (['opus', 'mp3', 'flac'] as const).map((format) => converter.encode(speech, { format }, signal)),
    )) as [Uint8Array, Uint8Array, Uint8Array];
    vorbis = await vorbisOf(speech);
  });
  afterAll(() => converter.close());

  it('gives 16-bit samples that are those of the others, and encodes them to the same bytes', async () => {
    for (const bytes of [readJfk(), opus, mp3, flac, vorbis]) {
      const decoded = await decode(bytes, { sampleRate: 16_000 });
      const integers = await converter.decodeToIntegers(bytes, { sampleRate: 16_000 }, signal);
      expect({ ...integers, samples: integers.samples.length }).toEqual({ ...decoded, samples: decoded.samples.length });
      expect(Buffer.compare(bytesOf(integers.samples), bytesOf(samplesToInteger16(decoded.samples)))).toBe(0);
      for (const format of ['flac', 'wav'] as const) {
        const [one, other] = [integers, decoded].map((pcm) => converter.encode(pcm, { format, sampleRate: 16_000 }, signal));
        expect(Buffer.compare(await one!, await other!)).toBe(0);
      }
    }
  });

  describe('WAV', () => {
    it('reads the recording as it is', async () => {
      const decoded = await decode(readJfk());
      expect(decoded).toMatchObject({ format: 'wav', sampleRate: 16_000, channels: 1, duration: 11 });
      expect(decoded.samples).toEqual(jfkPcm().samples);
    });

    const ramp = [0, 0.25, -0.25, 0.5, -0.5, 0.75];
    const views: [string, object, (view: DataView, index: number, value: number) => void, number][] = [
      ['8-bit', { bits: 8 }, (view, index, value) => view.setUint8(index, value * 128 + 128), 1],
      [
        '24-bit',
        { bits: 24 },
        (view, index, value) => [0, 1, 2].forEach((byte) => view.setUint8(index * 3 + byte, (value * 8_388_608) >> (8 * byte))),
        3,
      ],
      ['32-bit', { bits: 32 }, (view, index, value) => view.setInt32(index * 4, value * 2_147_483_648, true), 4],
      ['float', { bits: 32, tag: 3 }, (view, index, value) => view.setFloat32(index * 4, value, true), 4],
      ['double', { bits: 64, tag: 3 }, (view, index, value) => view.setFloat64(index * 8, value, true), 8],
    ];
    it.each(views)('reads %s samples', async (_, options, write, width) => {
      const data = new Uint8Array(ramp.length * width);
      for (const [index, value] of ramp.entries()) write(new DataView(data.buffer), index, value);
      expect([...(await decode(wavOf(data, options))).samples]).toEqual(ramp);
    });

    it.each([
      ['mu-law', 7, [0xff, 0x80, 0x00, 0xdf], [0, 32_124, -32_124, 396]],
      ['A-law', 6, [0xd5, 0xaa, 0x2a, 0x55], [8, 32_256, -32_256, -8]],
    ])('reads %s', async (_, tag, codes, values) => {
      const { samples } = await decode(wavOf(Uint8Array.from(codes), { tag, bits: 8, sampleRate: 8000 }));
      expect([...samples].map((value) => value * 32_768)).toEqual(values);
    });

    it('mixes all channels, and keeps what is no number or too loud within bounds', async () => {
      const stereo = wavOf(new Uint8Array(new Float32Array([0.5, -0.5, 0.5, 0.25, NaN, 1, 9, 9, Infinity, 0]).buffer), {
        tag: 3,
        bits: 32,
        channels: 2,
      });
      const decoded = await decode(stereo);
      expect(decoded.channels).toBe(2);
      expect([...decoded.samples]).toEqual([0, 0.375, 0.5, 1, 0]);
    });

    it.each([0, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff])('reads what was streamed with %d as its size', async (announced) => {
      const decoded = await decode(wavOf(samplesToPcm16(speech.samples), { announced }));
      expect(decoded.duration).toBe(3);
    });

    it('says how much is missing', async () => {
      await expect(decode(wavOf(new Uint8Array(32_000), { announced: 4_000_000_000 }))).rejects.toMatchObject({
        code: 'invalid',
        param: 'file',
        message: 'The WAV header announces 4000000000 bytes of audio but only 32000 are there: upload the whole file.',
      });
    });

    it.each([
      ['no channels', { channels: 0 }, 'invalid'],
      ['no rate', { sampleRate: 0 }, 'invalid'],
      ['12 bits', { bits: 12 }, 'unsupported'],
      ['ADPCM', { tag: 0x11, bits: 4 }, 'unsupported'],
    ])('refuses %s', async (_, options, code) => {
      await expect(decode(wavOf(new Uint8Array(64), options))).rejects.toMatchObject({ code });
    });

    it('refuses a header alone, and silence of no length', async () => {
      await expect(decode(readJfk().slice(0, 30))).rejects.toMatchObject({ code: 'invalid', reason: 'incomplete_audio' });
      await expect(decode(wavOf(new Uint8Array(0)))).rejects.toMatchObject({ code: 'invalid', reason: 'no_audio' });
    });
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['text', Buffer.from('Ask not what your country can do for you.')],
    ['a zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), noise(500)])],
    ['noise', noise(20_000)],
    ['noise called WAV', Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), noise(5000)])],
    ['noise called FLAC', Buffer.concat([Buffer.from('fLaC'), noise(5000)])],
    ['noise called WebM', Buffer.concat([Buffer.from('1a45dfa3874282847765626d', 'hex'), noise(5000)])],
  ])('refuses %s', async (_, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: 'invalid', param: 'file' });
  });

  it('reads Vorbis', async () => {
    const decoded = await decode(vorbis);
    expect(decoded).toMatchObject({ format: 'ogg-vorbis', sampleRate: 16_000, channels: 1 });
    expect(decoded.duration).toBeCloseTo(3, 2);
    expect(measureDuration(vorbis, 'ogg-vorbis')).toBeCloseTo(3, 2);
    expect(likeness(speech.samples.subarray(0, 30_000), decoded.samples, 0)).toBeGreaterThan(0.95);
  });

  it.each(['A_OPUS', 'A_VORBIS'] as const)('reads %s from WebM of a live recorder', async (codec) => {
    const webm = webmOf(codec === 'A_OPUS' ? opus : vorbis, codec, codec === 'A_OPUS' ? 48_000 : 16_000);
    const decoded = await decode(webm, { sampleRate: 16_000 });
    expect(decoded.format).toBe('webm');
    expect(Math.abs(decoded.duration - 3)).toBeLessThan(0.1);
    expect(likeness(speech.samples.subarray(0, 30_000), decoded.samples, 200)).toBeGreaterThan(0.9);
    await expect(decode(webm.subarray(0, -20))).rejects.toMatchObject({ code: 'invalid', reason: 'incomplete_audio' });
  });

  it('takes Ogg streams one behind the other as one recording', async () => {
    const twice = joinBytes([opus, opus]);
    expect((await decode(twice)).duration).toBeCloseTo(6, 3);
    expect(measureDuration(twice, 'ogg-opus')).toBeCloseTo(6, 3);
  });

  it('reads an Ogg stream that was joined late', async () => {
    const [head = new Uint8Array(0), ...packets] = [...oggPackets(opus)].map(({ data }) => data);
    const writer = new OggPageWriter(3);
    const hour = 3600 * 48_000;
    const pages = [writer.page([head], 0), ...packets.map((packet, index) => writer.page([packet], index === 0 ? 0 : hour + index * 960))];
    expect((await decode(joinBytes(pages))).duration).toBeCloseTo(3, 1);
    expect(measureDuration(joinBytes(pages), 'ogg-opus')).toBeCloseTo(3, 1);
  });

  it.each([1, 700, 4096 + 50, 3 * 4096 + 672])('reads a FLAC whose last %d samples are silent', async (silent) => {
    const samples = new Float32Array(4 * 4096);
    samples.set(sine(440, 24_000, 1).samples.subarray(0, samples.length));
    for (const length of [samples.length, samples.length - 4096 + 600]) {
      const source = samples.slice(0, length).fill(0, length - silent);
      const decoded = await decode(await converter.encode({ samples: source, sampleRate: 24_000 }, { format: 'flac' }, signal));
      expect(decoded.samples).toHaveLength(length);
      expect(likeness(source, decoded.samples, 0)).toBeGreaterThan(0.9999);
    }
  });

  it('refuses what stops in the middle, save an MP3', async () => {
    for (const bytes of [opus, flac, vorbis]) {
      await expect(decode(bytes.slice(0, bytes.length / 2))).rejects.toMatchObject({ code: 'invalid', reason: 'incomplete_audio' });
    }
    const half = await decode(mp3.slice(0, mp3.length / 2 + 31));
    expect(half.duration).toBeGreaterThan(1.3);
    expect(half.duration).toBeLessThan(1.6);
  });

  it('refuses headers with nothing behind them', async () => {
    const packets = [...oggPackets(opus)];
    const headers = joinBytes([...new Set(packets.slice(0, 2).map(({ page }) => page.bytes))]);
    await expect(decode(headers)).rejects.toMatchObject({ code: 'invalid', reason: 'incomplete_audio' });
  });

  it('refuses noise behind a good beginning', async () => {
    for (const bytes of [opus, mp3, vorbis, flac]) {
      const spoilt = joinBytes([bytes.subarray(0, 4000), noise(40_000)]);
      await expect(decode(spoilt)).rejects.toMatchObject({ code: 'invalid', param: 'file' });
    }
  });

  it('refuses too many bytes before it looks at them', async () => {
    await expect(decode(new Uint8Array(5_000_001))).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('5000000'),
    });
  });

  it('refuses too many seconds, announced or not', async () => {
    const tooLong = { maximumSeconds: 2, code: 'too_large', message: expect.stringContaining('2 seconds') };
    for (const bytes of [opus, mp3, flac, vorbis, readJfk(), webmOf(opus, 'A_OPUS', 48_000)]) {
      await expect(decode(bytes, { maximumSeconds: 2 })).rejects.toMatchObject(tooLong);
    }
  });

  it('stops a small file that holds hours, whatever it announces', async () => {
    const head = [...oggPackets(opus)][0]?.data ?? new Uint8Array(0);
    const writer = new OggPageWriter(9);
    // Two bytes each: 120 ms of nothing.
    const packets = Array.from({ length: 250 }, () => Uint8Array.from([0x1b, 2]));
    const pages = [writer.page([head], 0), writer.page([Buffer.from('OpusTags\0\0\0\0\0\0\0\0')], 0)];
    for (let index = 0; index < 200; index++) pages.push(writer.page(packets, 960 * (index + 1)));
    await expect(decode(joinBytes(pages))).rejects.toMatchObject({ code: 'too_large', message: expect.stringContaining('60 seconds') });
  });

  it('resamples on the way', async () => {
    const source = sine(440, 44_100, 2);
    const decoded = await decode(wavOf(samplesToPcm16(source.samples), { sampleRate: 44_100 }), { sampleRate: 16_000 });
    expect(decoded.samples).toHaveLength(32_000);
    expect(rms(decoded.samples)).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });

  it('answers every mutation of a recording with audio or a typed error', async () => {
    const recordings = [
      opus,
      mp3,
      flac,
      vorbis,
      webmOf(opus, 'A_OPUS', 48_000),
      webmOf(vorbis, 'A_VORBIS', 16_000),
      readJfk().slice(0, 20_000),
    ];
    const changes = fc.array(fc.tuple(fc.oneof(fc.nat(200), fc.nat(20_000)), fc.nat(255)), { minLength: 1, maxLength: 8 });
    const input = fc.tuple(fc.nat(recordings.length - 1), changes, fc.nat(20_000));
    const property = fc.asyncProperty(input, async ([which, edits, cut]) => {
      const bytes = new Uint8Array(recordings[which] ?? []);
      for (const [position, value] of edits) if (position < bytes.length) bytes[position] = value;
      await onlyTypedErrors(decode(cut % 2 === 0 ? bytes : bytes.subarray(0, cut), { sampleRate: 16_000 }));
    });
    await expect(fc.assert(property, { numRuns: 150 })).resolves.toBeUndefined();
  }, 60_000);

  it('answers anything at all with a typed error', async () => {
    const starts = ['', 'RIFF\0\0\0\0WAVEfmt ', 'OggS', 'fLaC', '#!AMR\n', 'ID3'];
    const input = fc.tuple(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 2000 }));
    const property = fc.asyncProperty(input, async ([start, rest]) =>
      onlyTypedErrors(decode(joinBytes([Buffer.from(start, 'latin1'), rest]))),
    );
    await expect(fc.assert(property, { numRuns: 150 })).resolves.toBeUndefined();
  }, 60_000);
});

/** Fails for everything but audio and the three kinds a bad recording may have. */
async function onlyTypedErrors(decoding: Promise<{ samples: Float32Array }>): Promise<void> {
  try {
    const { samples } = await decoding;
    expect(samples.every((value) => value >= -1 && value <= 1)).toBe(true);
  } catch (error) {
    expect(error).toBeInstanceOf(ParlanceError);
    expect(['invalid', 'too_large', 'unsupported']).toContain((error as ParlanceError).code);
  }
}
