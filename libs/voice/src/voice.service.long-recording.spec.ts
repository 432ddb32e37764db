import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AudioConverter, type EncodeOptions, type Pcm } from '@parlance/audio';
import type { Transcript, TranscriptionRequest } from '@parlance/contracts';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { PARTS_AT_A_TIME } from './transcription/hearing.js';

const never = new AbortController().signal;
const RATE = 16_000;
const HOUR = 3600;
/** Eleven seconds of speech. */
const speech = readFileSync(fileURLToPath(new URL('../../audio/src/__fixtures__/jfk.wav', import.meta.url))).subarray(44);

/** Speech and a second of silence, again and again, as WAV. */
function longRecording(seconds: number): Uint8Array {
  const bytes = Buffer.alloc(44 + seconds * RATE * 2);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  for (const [offset, value] of [
    [20, 1],
    [22, 1],
    [32, 2],
    [34, 16],
  ] as const)
    bytes.writeUInt16LE(value, offset);
  bytes.writeUInt32LE(RATE, 24);
  bytes.writeUInt32LE(RATE * 2, 28);
  bytes.write('data', 36);
  bytes.writeUInt32LE(bytes.length - 44, 40);
  for (let at = 44; at < bytes.length; at += speech.length + RATE * 2)
    speech.copy(bytes, at, 0, Math.min(speech.length, bytes.length - at));
  return bytes;
}

/** Counts what is encoded and not yet answered. */
class CountingConverter extends AudioConverter {
  held = 0;
  most = 0;

  override async encode(pcm: Pcm, options: EncodeOptions, signal: AbortSignal): Promise<Uint8Array> {
    this.held += 1;
    this.most = Math.max(this.most, this.held);
    return super.encode(pcm, options, signal);
  }
}

/** Hears at most a minute at once. The first few calls are answered when all of them are there. */
class MinuteVendor extends FakeTranscriptionProvider {
  most = 0;
  private open = 0;
  private gather = (): void => undefined;
  private readonly gathered = new Promise<void>((resolve) => (this.gather = resolve));

  constructor(private readonly converter: CountingConverter) {
    super('minute', { formats: ['wav'], maximumSeconds: 60 });
  }

  override async transcribe({ recording }: TranscriptionRequest): Promise<Transcript> {
    const number = this.asked.push({ recording, model: '' });
    this.open += 1;
    this.most = Math.max(this.most, this.open);
    if (this.open === PARTS_AT_A_TIME) this.gather();
    await this.gathered;
    this.open -= 1;
    this.converter.held -= 1;
    const duration = recording.duration!;
    // What is kept for the test is the length, not the bytes.
    this.asked[number - 1] = { recording: { ...recording, bytes: new Uint8Array() }, model: '' };
    return { text: `part${number}`, duration, warnings: [], segments: [{ start: 0.5, end: duration - 0.5, text: `part${number}` }] };
  }
}

describe('an hour of speech', () => {
  const converter = new CountingConverter({ threads: 1, ffmpeg: false, maximumBytes: 2 ** 28, maximumSeconds: 2 * HOUR });
  afterAll(() => converter.close());
  const options = {
    maximumAudioSeconds: 1800,
    maximumAudioBytes: 2 ** 28,
    longRecordings: { maximumBytes: 2 ** 28, maximumSeconds: 2 * HOUR },
  };
  const hour = longRecording(HOUR);

  it('is heard a minute at a time, three at once, joined in order, and encoded no further ahead', async () => {
    const vendor = new MinuteVendor(converter);
    const voice = createVoice({ converter, listeners: [vendor], options });
    const pieces: { start: number; end: number; share: number }[] = [];
    const onSegment = ({ start, end }: { start: number; end: number }, share: number) => pieces.push({ start, end, share });
    const transcription = await voice.transcribe({ audio: hour, long: true, onSegment }, never);

    expect(vendor.asked.length).toBeGreaterThanOrEqual(60);
    expect(vendor.asked.length).toBeLessThanOrEqual(67);
    for (const { recording } of vendor.asked) expect(recording.duration).toBeLessThanOrEqual(60);
    expect(vendor.most).toBe(PARTS_AT_A_TIME);
    expect(converter.most).toBeLessThanOrEqual(PARTS_AT_A_TIME);
    expect(transcription.text).toBe(vendor.asked.map((_, index) => `part${index + 1}`).join(' '));
    expect(transcription.duration).toBeCloseTo(HOUR, 3);
    expect(transcription.trace.segments).toBe(vendor.asked.length);
    const starts = transcription.segments.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    // The vendor tells nothing before its answer: then the whole part is one piece.
    expect(pieces.map(({ start }) => start + 0.5)).toEqual(starts);
    expect(pieces.at(-1)!.share).toBe(1);
  });

  it('is refused from a caller who waits for the answer', async () => {
    const vendor = new MinuteVendor(converter);
    const voice = createVoice({ converter, listeners: [vendor], options });
    await expect(voice.transcribe({ audio: hour }, never)).rejects.toMatchObject({ code: 'too_large' });
    expect(vendor.asked).toHaveLength(0);
  });
});
