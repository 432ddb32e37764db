import { AudioConverter } from '@parlance/audio';
import { headOf, type Bytes, type Recording } from '@parlance/contracts';
import { BytesElsewhere, wavOf } from '@parlance/testing';
import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { inspectRecording } from './inspect-recording.js';
import { RecordingForms } from './recording-forms.js';

const never = new AbortController().signal;
const [RATE, CHANNELS, BITS, TAG] = [24, 22, 34, 20];

/** A second of 8 kHz as it is in calls: the header of a WAV, with other numbers where they differ. */
function call(samples: Uint8Array, { tag = 1, channels = 1, bits = 16 }): Buffer {
  const bytes = Buffer.from(wavOf(samples, 8000));
  bytes.writeUInt16LE(tag, TAG);
  bytes.writeUInt16LE(channels, CHANNELS);
  bytes.writeUInt32LE(8000, RATE);
  bytes.writeUInt16LE(bits, BITS);
  return bytes;
}

/** The header of a live WebM whose only track has this codec, and a cluster with nothing in it. */
function webmOf(codec: string): Buffer {
  const element = (id: string, data: Buffer) => Buffer.concat([Buffer.from(id, 'hex'), Buffer.of(0x80 | data.length), data]);
  const entry = [element('d7', Buffer.of(1)), element('83', Buffer.of(2)), element('86', Buffer.from(codec))];
  const tracks = element('1654ae6b', element('ae', Buffer.concat(entry)));
  const head = element('1a45dfa3', element('4282', Buffer.from('webm')));
  return Buffer.concat([head, Buffer.from('18538067ff', 'hex'), tracks, Buffer.from('1f43b675ff', 'hex')]);
}

describe('RecordingForms', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  const sent = async (audio: Bytes, formats: Recording['format'][], onlyPlain: boolean) => {
    const recording = await inspectRecording({ audio }, { maximumBytes: 1_000_000, maximumSeconds: 10 });
    const { capabilities } = new FakeTranscriptionProvider('one', { formats, onlyPlain });
    const [part] = await new RecordingForms(recording, converter, 10, never).partsFor(capabilities);
    return part!.load();
  };

  const stereo = call(Buffer.from(Int16Array.from({ length: 16_000 }, (_, index) => (index % 2 === 0 ? 0 : 8000)).buffer), { channels: 2 });

  it.each([
    ['two channels', stereo],
    ['mu-law', call(new Uint8Array(8000).fill(0xff), { tag: 7, bits: 8 })],
    ['24 bits', call(new Uint8Array(24_000), { bits: 24 })],
  ])('decodes a WAV with %s for a provider that takes only plain ones, and for no other', async (_, audio) => {
    expect(await sent(audio, ['wav', 'pcm'], true)).toMatchObject({ format: 'pcm', sampleRate: 16_000, duration: 1 });
    const file = await sent(audio, ['wav'], true);
    const head = Buffer.from(headOf(file.bytes));
    expect([file.format, file.sampleRate, head.readUInt32LE(RATE), head.readUInt16LE(CHANNELS), head.readUInt16LE(BITS)]).toEqual([
      'wav',
      16_000,
      16_000,
      1,
      16,
    ]);
    expect((await sent(audio, ['wav'], false)).bytes).toBe(audio);
  });

  it('decodes a WebM without Opus for a provider that takes only plain ones, and for no other', async () => {
    const opus = webmOf('A_OPUS');
    expect((await sent(opus, ['webm'], true)).bytes).toBe(opus);
    const other = webmOf('A_AAC');
    expect((await sent(other, ['webm'], false)).bytes).toBe(other);
    await expect(sent(other, ['webm'], true)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('looks behind a picture for the channels of an MP3', async () => {
    // 32 kbit/s, 22 050 Hz, stereo.
    const frame = Buffer.alloc(104);
    frame.set([0xff, 0xf3, 0x40, 0x00]);
    const tag = Buffer.alloc(10 + 100_000);
    tag.set([0x49, 0x44, 0x33, 3, 0, 0, 0, 6, 13, 32]);
    const audio = Buffer.concat([tag, ...Array<Buffer>(20).fill(frame)]);
    expect(await sent(new BytesElsewhere(audio), ['mp3', 'pcm'], true)).toMatchObject({ format: 'pcm' });
    expect(await sent(new BytesElsewhere(audio), ['mp3', 'pcm'], false)).toMatchObject({ format: 'mp3' });
  });

  it('hears both sides of a call', async () => {
    const { bytes } = await sent(stereo, ['wav', 'pcm'], true);
    expect(Math.abs(new Int16Array(headOf(bytes).slice().buffer)[8000]! - 4000)).toBeLessThanOrEqual(1);
  });

  it('hands on a plain WAV as it is, with the rate that it says', async () => {
    const audio = call(new Uint8Array(16_000), {});
    expect(await sent(audio, ['wav'], true)).toEqual({ bytes: audio, format: 'wav', sampleRate: 8000, duration: 1 });
  });

  it('keeps a decoded recording once, as 16-bit samples: sent and looked through is that, and no copy', async () => {
    const audio = await converter.encode({ samples: new Float32Array(16_000 * 4), sampleRate: 16_000 }, { format: 'opus' }, never);
    const recording = await inspectRecording({ audio }, { maximumBytes: 1_000_000, maximumSeconds: 10 });
    const decode = jest.spyOn(converter, 'decodeToIntegers');
    const forms = new RecordingForms(recording, converter, 10, never);
    const whole = await forms.integers(16_000);
    // A second more than the file says has room.
    expect(whole.buffer.byteLength).toBeLessThanOrEqual(5.1 * 32_000);
    expect((await forms.integers(16_000)).buffer).toBe(whole.buffer);
    for (const maximumSeconds of [undefined, 2]) {
      const { capabilities } = new FakeTranscriptionProvider('one', { formats: ['pcm'], ...(maximumSeconds && { maximumSeconds }) });
      const parts = await forms.partsFor(capabilities);
      expect(parts.length > 1).toBe(maximumSeconds !== undefined);
      for (const { load } of parts) expect(headOf((await load()).bytes).buffer).toBe(whole.buffer);
    }
    expect(decode).toHaveBeenCalledTimes(1);
    decode.mockRestore();
  });
});
