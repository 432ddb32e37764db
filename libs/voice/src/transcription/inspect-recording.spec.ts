import { readAll } from '@parlance/contracts';
import { sniffFormat } from '@parlance/audio';
import { BytesElsewhere, spokenAudio } from '@parlance/testing';
import { inspectRecording } from './inspect-recording.js';

const limits = { maximumBytes: 1_000_000, maximumSeconds: 10 };
const raw = { sampleRate: 16_000, channels: 2 };
/** Half a second of stereo, and half a frame that a network has cut. */
const samples = new Uint8Array(32_002).fill(7);

/** The first page of a stream, with this in it. */
function oggOf(packet: string): Uint8Array {
  const header = Buffer.alloc(28);
  header.write('OggS');
  header.set([2], 5);
  header.set([1, packet.length], 26);
  return Buffer.concat([header, Buffer.from(packet, 'latin1')]);
}

describe('inspectRecording', () => {
  it.each(['call.pcm', 'CALL.RAW', 'a.l16', 'b.s16le', undefined])('reads bare samples as it is told: %s', async (filename) => {
    const recording = await inspectRecording({ audio: samples, raw, ...(filename !== undefined && { filename }) }, limits);
    expect(recording).toMatchObject({ format: 'wav', sampleRate: 16_000, channels: 2, duration: 0.5 });
    const bytes = await readAll(recording.bytes);
    expect(sniffFormat(bytes)).toBe('wav');
    const view = new DataView(bytes.buffer);
    expect([view.getUint16(22, true), view.getUint32(24, true), view.getUint32(28, true)]).toEqual([2, 16_000, 64_000]);
    expect(view.getUint32(40, true)).toBe(32_000);
    expect(Buffer.from(bytes.subarray(44)).equals(samples.subarray(0, 32_000))).toBe(true);
  });

  it('reads a file with a header by its header, unless its name says that it has none', async () => {
    const audio = spokenAudio('mp3');
    expect(await inspectRecording({ audio, raw }, limits)).toMatchObject({ format: 'mp3' });
    expect(await inspectRecording({ audio, raw, filename: 'voice.mp3' }, limits)).toMatchObject({ format: 'mp3' });
    expect(await inspectRecording({ audio, raw, filename: 'voice.pcm' }, limits)).toMatchObject({ format: 'wav' });
  });

  it('does not take just anything for samples', async () => {
    const refused = (request: object) => inspectRecording({ audio: samples, ...request }, limits);
    await expect(refused({ raw, filename: 'notes.txt' })).rejects.toThrow(expect.objectContaining({ code: 'invalid', param: 'file' }));
    await expect(refused({ filename: 'call.pcm' })).rejects.toThrow(expect.objectContaining({ code: 'invalid', param: 'file' }));
    await expect(refused({ raw, audio: samples.subarray(0, 3) })).rejects.toThrow(
      expect.objectContaining({ code: 'invalid', param: 'file' }),
    );
  });

  it.each([
    ['Ogg with FLAC in it', oggOf('\u007fFLAC')],
    ['Ogg with Speex in it', oggOf('Speex   1.2')],
    ['RF64', Buffer.from('RF64\u00ff\u00ff\u00ff\u00ffWAVEds64', 'latin1')],
    ['BW64', Buffer.from('BW64\u00ff\u00ff\u00ff\u00ffWAVEds64', 'latin1')],
    ['RIFX', Buffer.from('RIFX\0\0\0\u0010WAVEfmt ', 'latin1')],
    ['no audio that is known here', oggOf('\u0080theora')],
  ])('says what a file is that cannot be read, and what to send: %s', async (name, audio) => {
    await expect(inspectRecording({ audio }, limits)).rejects.toMatchObject({
      code: 'invalid',
      param: 'file',
      message: expect.stringMatching(new RegExp(`^The file is ${name}.* send `, 'i')),
    });
  });

  it.each([
    [{ sampleRate: 12_345, channels: 1 }, 'raw.sampleRate'],
    [{ sampleRate: 8000, channels: 0 }, 'raw.channels'],
    [{ sampleRate: 8000, channels: 9 }, 'raw.channels'],
    [{ sampleRate: 8000, channels: 1.5 }, 'raw.channels'],
  ])('refuses %j and names the field', async (wrong, param) => {
    await expect(inspectRecording({ audio: samples, raw: wrong }, limits)).rejects.toThrow(
      expect.objectContaining({ code: 'invalid', param }),
    );
  });

  it('has the same limits for samples, with the header they are given', async () => {
    const mono = { sampleRate: 8000, channels: 1 };
    const tooLarge = (bytes: number) => inspectRecording({ audio: new Uint8Array(bytes), raw: mono }, limits);
    await expect(tooLarge(16_000 * 11)).rejects.toThrow(
      expect.objectContaining({ code: 'too_large', message: expect.stringContaining('11 seconds') }),
    );
    await expect(inspectRecording({ audio: new Uint8Array(1000), raw: mono }, { ...limits, maximumBytes: 1000 })).rejects.toThrow(
      expect.objectContaining({ code: 'too_large' }),
    );
  });

  it('reads of a file no more than it has to', async () => {
    const inspected = async (format: 'wav' | 'mp3' | 'opus') => {
      const bytes = spokenAudio(format);
      const file = new BytesElsewhere(bytes);
      const [inFile, inMemory] = [await inspectRecording({ audio: file }, limits), await inspectRecording({ audio: bytes }, limits)];
      expect({ ...inFile, bytes }).toEqual(inMemory);
      return file.reads;
    };
    expect([await inspected('wav'), await inspected('mp3'), await inspected('opus')]).toEqual([0, 1, 1]);
  });

  it('finds the sound of a file behind a large picture', async () => {
    const sound = spokenAudio('mp3');
    const picture = 100_000;
    const tag = [0x49, 0x44, 0x33, 4, 0, 0, (picture >> 21) & 127, (picture >> 14) & 127, (picture >> 7) & 127, picture & 127];
    const audio = Buffer.concat([Uint8Array.from(tag), Buffer.alloc(picture), sound]);
    expect(await inspectRecording({ audio: new BytesElsewhere(audio) }, limits)).toMatchObject({ format: 'mp3' });
  });

  it('has the same limits for a file', async () => {
    const refused = inspectRecording({ audio: new BytesElsewhere(spokenAudio('wav')) }, { ...limits, maximumSeconds: 0.5 });
    await expect(refused).rejects.toMatchObject({ code: 'too_large' });
    const large = inspectRecording({ audio: new BytesElsewhere(spokenAudio('wav')) }, { ...limits, maximumBytes: 1000 });
    await expect(large).rejects.toMatchObject({ code: 'too_large' });
    await expect(inspectRecording({ audio: new BytesElsewhere(new Uint8Array()) }, limits)).rejects.toMatchObject({ code: 'invalid' });
  });
});
