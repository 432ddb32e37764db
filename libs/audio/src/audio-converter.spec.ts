import type { AudioFormat } from '@parlance/contracts';
import { jfkPcm, likeness, readJfk, rms, sine } from './__fixtures__/recordings.js';
import { AudioConverter } from './audio-converter.js';
import { joinBytes } from './format/bytes.js';
import { measureDuration } from './format/measure-duration.js';
import { oggPages } from './format/ogg-pages.js';
import { sniffFormat } from './format/sniff-format.js';
import { pcm16ToSamples } from './pcm/pcm.js';

const signal = new AbortController().signal;
const FORMATS = ['mp3', 'opus', 'flac', 'wav'] as const;
/** How like the original a decoded copy must be, 0 to 1. */
const LIKENESS = { mp3: 0.99, opus: 0.98, flac: 0.9999, wav: 0.9999 } as const;
const SNIFFED = { mp3: 'mp3', opus: 'ogg-opus', flac: 'flac', wav: 'wav' } as const;

describe('AudioConverter', () => {
  let converter: AudioConverter;
  beforeAll(() => {
    converter = new AudioConverter({ threads: 1, ffmpeg: false });
  });
  afterAll(() => converter.close());

  const encodeInPieces = async (format: AudioFormat, pieces: readonly Float32Array[], sampleRate: number) => {
    const encoder = await converter.openEncoder({ format }, signal);
    const written: Uint8Array[] = [];
    for (const samples of pieces) written.push(await encoder.write({ samples, sampleRate }));
    written.push(await encoder.finish());
    return written;
  };

  it('tells the length of what it decodes to the microsecond', async () => {
    for (const length of [143_896, 160_001, 175_003]) {
      const bytes = await converter.encode(
        { samples: new Float32Array(length), sampleRate: 22_050 },
        { format: 'flac', sampleRate: 22_050 },
        signal,
      );
      const { duration } = await converter.decode(bytes, { sampleRate: 16_000 }, signal);
      expect(duration).toBe(Math.round((length / 22_050) * 1e6) / 1e6);
    }
  });

  it.each(FORMATS.flatMap((format) => [undefined, 8000, 16_000, 22_050, 44_100, 48_000].map((sampleRate) => ({ format, sampleRate }))))(
    'encodes and decodes $format at $sampleRate Hz',
    async ({ format, sampleRate }) => {
      const pcm = jfkPcm(3);
      const bytes = await converter.encode(pcm, { format, ...(sampleRate === undefined ? {} : { sampleRate }) }, signal);
      expect(sniffFormat(bytes)).toBe(SNIFFED[format]);
      expect(measureDuration(bytes, SNIFFED[format])).toBeCloseTo(3, 1);
      const decoded = await converter.decode(bytes, { sampleRate: 16_000 }, signal);
      expect(decoded).toMatchObject({ format: SNIFFED[format], sampleRate: 16_000, channels: 1 });
      expect(Math.abs(decoded.duration - 3)).toBeLessThan(0.06);
      expect(Math.abs(decoded.samples.length / 16_000 - 3)).toBeLessThan(0.06);
      // LAME makes everything a twentieth quieter, so that it never clips.
      expect(Math.abs(rms(decoded.samples) / rms(pcm.samples) - (format === 'mp3' ? 0.95 : 1))).toBeLessThan(0.05);
      const lost = sampleRate === 8000 ? 0.05 : 0;
      expect(likeness(pcm.samples.subarray(0, 40_000), decoded.samples, 0)).toBeGreaterThan(LIKENESS[format] - lost);
    },
  );

  it('gives bare samples as pcm, at 24 kHz when no rate is asked for', async () => {
    const bytes = await converter.encode(sine(440, 48_000, 1), { format: 'pcm' }, signal);
    expect(bytes).toHaveLength(48_000);
    expect(rms(pcm16ToSamples(bytes))).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });

  it.each([...FORMATS, 'pcm'] as const)('streams %s: bytes before the end, and the same audio', async (format) => {
    const { samples } = jfkPcm(4);
    const pieces = [0, 1, 2, 3].map((second) => samples.subarray(second * 16_000, (second + 1) * 16_000));
    const written = await encodeInPieces(format, pieces, 16_000);
    expect(written[0]?.length).toBeGreaterThan(500);
    const whole = joinBytes(written);
    if (format === 'pcm') {
      expect(whole).toHaveLength(4 * 48_000);
      return;
    }
    const decoded = await converter.decode(whole, { sampleRate: 16_000 }, signal);
    // A streamed MP3 cannot say how much of its end is padding.
    expect(Math.abs(decoded.duration - 4)).toBeLessThan(format === 'mp3' ? 0.12 : 0.06);
    expect(likeness(samples.subarray(0, 20_000), decoded.samples, format === 'mp3' ? 1200 : 0)).toBeGreaterThan(LIKENESS[format]);
  });

  it('streams audio whose rate changes on the way', async () => {
    const encoder = await converter.openEncoder({ format: 'wav', sampleRate: 16_000 }, signal);
    expect(encoder.sampleRate).toBe(16_000);
    const written = [await encoder.write(sine(500, 16_000, 1)), await encoder.write(sine(500, 22_050, 1)), await encoder.finish()];
    const decoded = await converter.decode(joinBytes(written), {}, signal);
    expect(decoded.samples).toHaveLength(32_000);
    expect(rms(decoded.samples.subarray(17_000, 31_000))).toBeCloseTo(0.5 / Math.SQRT2, 2);
  });

  it('makes mp3 whose length is told without the rest of a sum of fractions', async () => {
    const pcm = { samples: new Float32Array(24_000), sampleRate: 24_000 };
    const seconds = measureDuration(await converter.encode(pcm, { format: 'mp3' }, signal), 'mp3');
    expect(String(seconds)).toMatch(/^1(?:\.\d{1,6})?$/);
  });

  it('gives whole files exact headers, and streamed ones open sizes', async () => {
    const pcm = sine(440, 24_000, 1);
    const wav = Buffer.from(await converter.encode(pcm, { format: 'wav' }, signal));
    expect([wav.readUInt32LE(4), wav.readUInt32LE(40)]).toEqual([wav.length - 8, wav.length - 44]);
    const streamed = Buffer.from(joinBytes(await encodeInPieces('wav', [pcm.samples], 24_000)));
    expect([streamed.readUInt32LE(4), streamed.readUInt32LE(40)]).toEqual([0xffff_ffff, 0xffff_ffff]);
    expect(measureDuration(await converter.encode(pcm, { format: 'flac' }, signal), 'flac')).toBe(1);
    expect(measureDuration(joinBytes(await encodeInPieces('flac', [pcm.samples], 24_000)), 'flac')).toBeUndefined();
  });

  it('writes Ogg as RFC 7845 wants it', async () => {
    const bytes = await converter.encode(jfkPcm(11), { format: 'opus' }, signal);
    const pages = [...oggPages(bytes)];
    const head = Buffer.from(pages[0]?.pieces[0] ?? []);
    expect(head.toString('latin1', 0, 8)).toBe('OpusHead');
    expect({ version: head[8], channels: head[9], preSkip: head.readUInt16LE(10), rate: head.readUInt32LE(12) }).toEqual({
      version: 1,
      channels: 1,
      preSkip: 312,
      rate: 48_000,
    });
    expect(pages.map(({ isFirst }) => isFirst).lastIndexOf(true)).toBe(0);
    expect(pages.map(({ isLast }) => isLast).indexOf(true)).toBe(pages.length - 1);
    expect(pages.at(-1)?.granule).toBe(312 + 11 * 48_000);
    const granules = pages.map(({ granule = -1 }) => granule);
    expect(granules).toEqual(granules.toSorted((first, second) => first - second));
    expect((bytes.length * 8) / 11).toBeLessThan(40_000);
  });

  it('makes a playable file of no audio at all', async () => {
    const bytes = await converter.encode({ samples: new Float32Array(0), sampleRate: 24_000 }, { format: 'opus' }, signal);
    expect(measureDuration(bytes, 'ogg-opus')).toBe(0);
  });

  it('leaves the buffers of its caller alone', async () => {
    const pcm = jfkPcm(1);
    const wav = readJfk();
    await converter.encode(pcm, { format: 'pcm' }, signal);
    await converter.decode(wav, {}, signal);
    expect([pcm.samples.length, wav.length]).toEqual([16_000, 352_078]);
  });

  it('refuses rates that nothing has', async () => {
    const pcm = sine(440, 24_000, 0.1);
    await expect(converter.encode(pcm, { format: 'wav', sampleRate: 7999 }, signal)).rejects.toMatchObject({
      code: 'invalid',
      param: 'sample_rate',
    });
    await expect(converter.encode({ ...pcm, sampleRate: 0 }, { format: 'wav' }, signal)).rejects.toMatchObject({ code: 'invalid' });
    const encoder = await converter.openEncoder({ format: 'wav' }, signal);
    await expect(encoder.write({ ...pcm, sampleRate: NaN })).rejects.toMatchObject({ code: 'invalid' });
    await encoder.close();
  });

  it('has no AAC without ffmpeg, and says what to do', async () => {
    expect(await converter.encodableFormats()).toEqual(['mp3', 'opus', 'flac', 'wav', 'pcm']);
    const unsupported = { code: 'unsupported', message: expect.stringContaining('install ffmpeg') };
    await expect(converter.openEncoder({ format: 'aac' }, signal)).rejects.toMatchObject(unsupported);
    await expect(converter.encode(sine(440, 24_000, 0.1), { format: 'aac' }, signal)).rejects.toMatchObject(unsupported);
    for (const start of ['#!AMR\n', '\0\0\0\u0020ftypM4A ']) {
      await expect(converter.decode(Buffer.from(start.padEnd(64, '\0')), {}, signal)).rejects.toMatchObject({
        ...unsupported,
        param: 'file',
      });
    }
    await expect(new AudioConverter({ ffmpeg: '/nowhere/ffmpeg' }).encodableFormats()).resolves.not.toContain('aac');
  });
});

describe('AudioConverter, left by its callers', () => {
  let converter: AudioConverter;
  beforeEach(() => {
    converter = new AudioConverter({ threads: 1, ffmpeg: false });
  });
  afterEach(() => converter.close());

  it('begins nothing for a caller who has left', async () => {
    const gone = AbortSignal.abort();
    const aborted = { code: 'aborted' };
    await expect(converter.decode(readJfk(), {}, gone)).rejects.toMatchObject(aborted);
    await expect(converter.encode(jfkPcm(1), { format: 'mp3' }, gone)).rejects.toMatchObject(aborted);
    await expect(converter.openEncoder({ format: 'mp3' }, gone)).rejects.toMatchObject(aborted);
  });

  it('stops when its caller leaves, and serves the next', async () => {
    const controller = new AbortController();
    const decoding = converter.decode(readJfk(), {}, controller.signal);
    controller.abort();
    await expect(decoding).rejects.toMatchObject({ code: 'aborted' });
    expect((await converter.decode(readJfk(), {}, signal)).duration).toBe(11);
  });

  it('closes an encoder whose caller leaves', async () => {
    const controller = new AbortController();
    const encoder = await converter.openEncoder({ format: 'opus' }, controller.signal);
    await encoder.write(jfkPcm(1));
    controller.abort();
    await expect(encoder.write(jfkPcm(1))).rejects.toMatchObject({ code: 'aborted' });
    await expect(encoder.finish()).rejects.toMatchObject({ code: 'aborted' });
  });

  it('can close an encoder again and again, and writes to none that is closed', async () => {
    const encoder = await converter.openEncoder({ format: 'flac' }, signal);
    await encoder.close();
    await encoder.close();
    await expect(encoder.write(jfkPcm(1))).rejects.toMatchObject({ code: 'invalid' });
    const finished = await converter.openEncoder({ format: 'mp3' }, signal);
    await finished.finish();
    await finished.close();
    await expect(finished.finish()).rejects.toMatchObject({ code: 'invalid' });
  });

  it('warms up, and does nothing after close', async () => {
    await converter.warmUp();
    await converter.close();
    await expect(converter.decode(readJfk(), {}, signal)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
