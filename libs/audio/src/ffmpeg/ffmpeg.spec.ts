import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithProgram } from '@parlance/testing';
import { jfkPcm, likeness, readJfk } from '../__fixtures__/recordings.js';
import { AudioConverter } from '../audio-converter.js';
import { joinBytes } from '../format/bytes.js';
import { describeRecording } from '../format/describe-recording.js';
import { isPlain } from '../format/is-plain.js';
import { measureDuration } from '../format/measure-duration.js';
import { sniffFormat } from '../format/sniff-format.js';

describeWithProgram('ffmpeg', () => {
  const signal = new AbortController().signal;
  let folder: string;
  let converter: AudioConverter;
  const TMPDIR = process.env['TMPDIR'];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'parlance-spec-'));
    writeFileSync(join(folder, 'jfk.wav'), readJfk());
    // Where the converter puts its own files, so that what it leaves behind is seen.
    mkdirSync(join(folder, 'temporary'));
    process.env['TMPDIR'] = join(folder, 'temporary');
    converter = new AudioConverter({ threads: 1 });
  });
  afterAll(async () => {
    await converter.close();
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(folder, { recursive: true });
  });

  const made = (name: string, ...parameters: string[]): Uint8Array => {
    const file = join(folder, name);
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', '-i', join(folder, 'jfk.wav'), ...parameters, file]);
    return new Uint8Array(readFileSync(file));
  };
  const leftovers = () => readdirSync(join(folder, 'temporary'));

  it.each([
    ['mp4', 'end.m4a', ['-ac', '2'], 2],
    ['mp4', 'start.m4a', ['-movflags', '+faststart'], 1],
    ['mp4', 'lossless.m4a', ['-ac', '2', '-c:a', 'alac'], 2],
    ['mp4', 'samples.mov', ['-ac', '6', '-c:a', 'pcm_s24le'], 6],
    ['aac', 'bare.aac', ['-ar', '24000'], 1],
  ])('decodes %s (%s)', async (format, name, parameters, channels) => {
    const bytes = made(name, ...parameters);
    expect(describeRecording(bytes, bytes.length)).toMatchObject({ format, channels });
    expect(isPlain(bytes, bytes.length)).toBe(channels === 1);
    const decoded = await converter.decode(bytes, { sampleRate: 16_000 }, signal);
    expect(decoded).toMatchObject({ format, sampleRate: 16_000, channels });
    expect(Math.abs(decoded.duration - 11)).toBeLessThan(0.2);
    expect(likeness(jfkPcm().samples.subarray(0, 40_000), decoded.samples, 1200)).toBeGreaterThan(0.98);
    expect(leftovers()).toEqual([]);
  });

  it('reads the length of an MP4 from its header', () => {
    expect(measureDuration(made('length.m4a'), 'mp4')).toBeCloseTo(11, 1);
  });

  it.each([
    ['longer.mp4', []],
    ['longer.webm', []],
    ['late.mp4', ['-itsoffset', '5']],
    ['late.webm', ['-itsoffset', '5']],
  ])('takes the sound for whole where the picture is longer (%s)', async (name, offset) => {
    const file = join(folder, name);
    const picture = ['-f', 'lavfi', '-i', 'color=size=16x16:rate=5:duration=20'];
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', ...picture, ...offset, '-i', join(folder, 'jfk.wav'), file]);
    const decoded = await converter.decode(new Uint8Array(readFileSync(file)), {}, signal);
    expect(decoded.duration).toBeCloseTo(11, 0);
  });

  it('takes an MP4 for whole whose end was cut off in its table only', async () => {
    const bytes = made('edited.m4a');
    const [recorded, edited] = [measureDuration(bytes, 'mp4'), Buffer.from(bytes)];
    const entry = edited.indexOf('elst') + 12;
    const header = edited.indexOf('tkhd') + 24;
    for (const field of [entry, header]) edited.writeUInt32BE(Math.round(edited.readUInt32BE(field) / 2), field);
    expect(measureDuration(edited, 'mp4')).toBeCloseTo((recorded ?? 0) / 2, 2);
    expect((await converter.decode(edited, {}, signal)).duration).toBeCloseTo((recorded ?? 0) / 2, 0);
  });

  it('refuses what is too long, announced or not', async () => {
    const tooLong = { code: 'too_large', message: expect.stringContaining('3 seconds') };
    await expect(converter.decode(made('long.m4a'), { maximumSeconds: 3 }, signal)).rejects.toMatchObject(tooLong);
    await expect(converter.decode(made('long.aac'), { maximumSeconds: 3 }, signal)).rejects.toMatchObject(tooLong);
    await expect(
      converter.decode(made('long.mp4', '-movflags', 'frag_keyframe+empty_moov'), { maximumSeconds: 3 }, signal),
    ).rejects.toMatchObject(tooLong);
  });

  it('refuses what is damaged or incomplete, and leaves no file behind', async () => {
    const [end, start] = [made('cut-end.m4a'), made('cut-start.m4a', '-movflags', '+faststart')];
    const pieces = made('cut-pieces.mp4', '-movflags', 'frag_keyframe+empty_moov', '-frag_duration', '1000000');
    for (const bytes of [end, start, pieces]) {
      const cut = bytes.slice(0, 40_000);
      expect(measureDuration(cut, 'mp4')).toBeUndefined();
      await expect(converter.decode(cut, {}, signal)).rejects.toMatchObject({ code: 'invalid', reason: 'incomplete_audio' });
    }
    expect((await converter.decode(pieces, {}, signal)).duration).toBeCloseTo(11, 0);
    const amr = joinBytes([Buffer.from('#!AMR\n'), new Uint8Array(5000).fill(255)]);
    await expect(converter.decode(amr, {}, signal)).rejects.toMatchObject({ code: 'invalid' });
    expect(leftovers()).toEqual([]);
  });

  it.each(['mute.mp4', 'mute.mov'])('says of a film without sound that it has none (%s)', async (name) => {
    const file = join(folder, name);
    execFileSync('ffmpeg', ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', 'color=size=16x16:rate=5:duration=1', file]);
    await expect(converter.decode(new Uint8Array(readFileSync(file)), {}, signal)).rejects.toMatchObject({
      code: 'invalid',
      reason: 'no_audio',
    });
    expect(leftovers()).toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5])('ends its ffmpeg when the caller leaves after %p ms', async (milliseconds) => {
    const controller = new AbortController();
    const decoding = converter.decode(made('left.m4a'), {}, controller.signal);
    setTimeout(() => controller.abort(), milliseconds);
    await expect(decoding).rejects.toMatchObject({ code: 'aborted' });
    expect(leftovers()).toEqual([]);
  });

  it.each([undefined, 48_000])('encodes AAC at %p Hz', async (sampleRate) => {
    expect(await converter.encodableFormats()).toContain('aac');
    const bytes = await converter.encode(jfkPcm(3), { format: 'aac', ...(sampleRate === undefined ? {} : { sampleRate }) }, signal);
    expect(sniffFormat(bytes)).toBe('aac');
    const decoded = await converter.decode(bytes, { sampleRate: 16_000 }, signal);
    // A bare stream cannot say that its first frame is the encoder's delay.
    expect(Math.abs(decoded.duration - 3)).toBeLessThan(0.1);
    expect(likeness(jfkPcm(3).samples.subarray(0, 40_000), decoded.samples, 1200)).toBeGreaterThan(0.95);
  });

  it('streams AAC: bytes come before the end', async () => {
    const encoder = await converter.openEncoder({ format: 'aac' }, signal);
    const second = jfkPcm(1);
    let early = 0;
    for (let count = 0; early === 0 && count < 600; count++) early += (await encoder.write(second)).length;
    expect(early).toBeGreaterThan(0);
    expect((await encoder.finish()).length).toBeGreaterThan(0);
    await encoder.close();
  });

  it('closes an AAC encoder at any time, and writes to none that is closed', async () => {
    const encoder = await converter.openEncoder({ format: 'aac' }, signal);
    await encoder.write(jfkPcm(1));
    await encoder.close();
    await encoder.close();
    await expect(encoder.write(jfkPcm(1))).rejects.toMatchObject({ code: 'invalid' });
  });
});
