import { sniffFormat } from '@parlance/audio';
import { spokenAudio } from '@parlance/testing';
import { inspectRecording } from './inspect-recording.js';

const limits = { maximumBytes: 1_000_000, maximumSeconds: 10 };
const raw = { sampleRate: 16_000, channels: 2 };
/** Half a second of stereo, and half a frame that a network has cut. */
const samples = new Uint8Array(32_002).fill(7);

describe('inspectRecording', () => {
  it.each(['call.pcm', 'CALL.RAW', 'a.l16', 'b.s16le', undefined])('reads bare samples as it is told: %s', (filename) => {
    const recording = inspectRecording({ audio: samples, raw, ...(filename !== undefined && { filename }) }, limits);
    expect(recording).toMatchObject({ format: 'wav', sampleRate: 16_000, channels: 2, duration: 0.5 });
    expect(sniffFormat(recording.bytes)).toBe('wav');
    const view = new DataView(recording.bytes.buffer);
    expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint32(28, true)]).toEqual([2, 16_000, 64_000]);
    expect(view.getUint32(40, true)).toBe(32_000);
    expect(Buffer.from(recording.bytes.subarray(44)).equals(samples.subarray(0, 32_000))).toBe(true);
  });

  it('reads a file with a header by its header, unless its name says that it has none', () => {
    const audio = spokenAudio('mp3');
    expect(inspectRecording({ audio, raw }, limits).format).toBe('mp3');
    expect(inspectRecording({ audio, raw, filename: 'voice.mp3' }, limits)).toMatchObject({ format: 'mp3' });
    expect(inspectRecording({ audio, raw, filename: 'voice.pcm' }, limits)).toMatchObject({ format: 'wav' });
  });

  it('does not take just anything for samples', () => {
    const refused = (request: object) => () => inspectRecording({ audio: samples, ...request }, limits);
    expect(refused({ raw, filename: 'notes.txt' })).toThrow(expect.objectContaining({ code: 'invalid', param: 'file' }));
    expect(refused({ filename: 'call.pcm' })).toThrow(expect.objectContaining({ code: 'invalid', param: 'file' }));
    expect(refused({ raw, audio: samples.subarray(0, 3) })).toThrow(expect.objectContaining({ code: 'invalid', param: 'file' }));
  });

  it.each([
    [{ sampleRate: 12_345, channels: 1 }, 'raw.sampleRate'],
    [{ sampleRate: 8000, channels: 0 }, 'raw.channels'],
    [{ sampleRate: 8000, channels: 9 }, 'raw.channels'],
    [{ sampleRate: 8000, channels: 1.5 }, 'raw.channels'],
  ])('refuses %j and names the field', (wrong, param) => {
    expect(() => inspectRecording({ audio: samples, raw: wrong }, limits)).toThrow(expect.objectContaining({ code: 'invalid', param }));
  });

  it('has the same limits for samples, with the header they are given', () => {
    const mono = { sampleRate: 8000, channels: 1 };
    const tooLarge = (bytes: number) => () => inspectRecording({ audio: new Uint8Array(bytes), raw: mono }, limits);
    expect(tooLarge(16_000 * 11)).toThrow(expect.objectContaining({ code: 'too_large', message: expect.stringContaining('11 seconds') }));
    expect(() => inspectRecording({ audio: new Uint8Array(1000), raw: mono }, { ...limits, maximumBytes: 1000 })).toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });
});
