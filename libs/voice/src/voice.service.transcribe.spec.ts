import { AudioConverter, sniffFormat } from '@parlance/audio';
import { headOf, ParlanceError, sizeOf, type Transcript, type TranscriptionRequest } from '@parlance/contracts';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { toneRecording } from './__fixtures__/tone.js';
import type { TranscribeRequest } from './voice.types.js';

const never = new AbortController().signal;

/** As most vendors are: its text is told at its end only. */
class SilentProvider extends FakeTranscriptionProvider {
  override transcribe({ onSegment: _, ...request }: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    return super.transcribe(request, signal);
  }
}

describe('VoiceService.transcribe', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let audio: Uint8Array;
  beforeAll(async () => {
    audio = await toneRecording(converter, 2);
  });
  afterAll(() => converter.close());

  const setUp = (...listeners: FakeTranscriptionProvider[]) => {
    const voice = createVoice({
      converter,
      listeners,
      options: { maximumAudioSeconds: 10, maximumAudioBytes: 1_000_000, resilience: { retries: 0 } },
    });
    return (request: Partial<TranscribeRequest> = {}, signal = never) => voice.transcribe({ audio, ...request }, signal);
  };

  it('decodes for a provider that takes samples, and gives text, times and trace', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const transcription = await setUp(provider)({ language: 'EN' });
    expect(transcription).toMatchObject({
      text: 'one two',
      duration: 2,
      segments: [{ text: 'one' }, { text: 'two' }],
      usage: { seconds: 2 },
      trace: { operation: 'transcribe', cache: 'miss', servedBy: { provider: 'one', model: 'one-model' }, attempts: [{ outcome: 'ok' }] },
    });
    expect(provider.asked[0]).toMatchObject({ language: 'en', recording: { format: 'pcm', sampleRate: 16_000, duration: 2 } });
    expect(provider.asked[0]!.recording.bytes).toHaveLength(64_000);
  });

  it('hands the file on as it is to a provider that takes it', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'], prompt: true, temperature: true });
    await setUp(provider)({ prompt: 'names', temperature: 0.2 });
    expect(provider.asked[0]).toMatchObject({ prompt: 'names', temperature: 0.2, recording: { bytes: audio, format: 'wav' } });
  });

  it('passes wishes on, and leaves out the times of words that nobody wants', async () => {
    const provider = new FakeTranscriptionProvider('one', { punctuation: true });
    provider.transcript = { text: 'one', words: [{ start: 0, end: 1, word: 'one' }] };
    const hear = setUp(provider);
    const timed = await hear({ punctuation: false, profanityFilter: true, options: { tier: 1 } });
    expect(timed.words).toHaveLength(1);
    expect(timed.warnings.map(({ param }) => param)).toEqual(['profanityFilter']);
    expect(provider.asked[0]).toMatchObject({ punctuation: false, options: { tier: 1 } });
    expect(provider.asked[0]).not.toHaveProperty('profanityFilter');
    const untimed = await hear({ words: false });
    expect(untimed).not.toHaveProperty('words');
    expect([provider.asked[1]!.words, untimed.text]).toEqual([false, 'one']);
  });

  it('remembers one transcript for each way of asking', async () => {
    const provider = new FakeTranscriptionProvider('one', { punctuation: true, profanityFilter: true });
    const hear = setUp(provider);
    const ways = [
      {},
      { punctuation: false },
      { punctuation: true },
      { profanityFilter: true },
      { words: false },
      { options: { a: 1, b: 2 } },
    ];
    for (const way of ways) expect((await hear(way)).trace.cache).toBe('miss');
    for (const way of ways) expect((await hear(way)).trace.cache).toBe('hit');
    expect((await hear({ options: { b: 2, a: 1 } })).trace.cache).toBe('hit');
  });

  it('hears bare samples as it is told, mixed down, and remembers how', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav', 'pcm'] });
    const hear = setUp(provider);
    const stereo = new Uint8Array(new Int16Array(32_000).map((_, index) => (index % 2 === 0 ? 8000 : 0)).buffer);
    const raw = { sampleRate: 16_000, channels: 2 };
    const heard = await hear({ audio: stereo, raw });
    expect(heard.trace.cache).toBe('miss');
    const { recording } = provider.asked[0]!;
    expect(recording).toMatchObject({ format: 'pcm', sampleRate: 16_000, duration: 1 });
    // Half of the one channel and half of the other.
    expect(Math.abs(new Int16Array(headOf(recording.bytes).slice().buffer)[8000]! - 4000)).toBeLessThanOrEqual(1);
    await hear({ audio: stereo, raw: { sampleRate: 16_000, channels: 1 }, filename: 'call.pcm' });
    expect(provider.asked[1]!.recording).toMatchObject({ format: 'wav', duration: 2 });
    expect((await hear({ audio: stereo, raw, filename: 'call.raw' })).trace.cache).toBe('hit');
    await expect(hear({ audio: stereo, filename: 'call.raw' })).rejects.toMatchObject({ code: 'invalid', param: 'file' });
  });

  it('makes a file of a kind the provider takes, once for all that take the same', async () => {
    const one = new FakeTranscriptionProvider('one', { formats: ['flac', 'mp3'] });
    const two = new FakeTranscriptionProvider('two', { formats: ['flac'] });
    one.failures.push(new ParlanceError('server', 'down'));
    await setUp(one, two)();
    expect(one.asked[0]!.recording).toMatchObject({ format: 'flac', sampleRate: 16_000, duration: 2 });
    expect(sniffFormat(headOf(one.asked[0]!.recording.bytes))).toBe('flac');
    expect(two.asked[0]!.recording.bytes).toBe(one.asked[0]!.recording.bytes);
  });

  it('has what is too long for a provider heard in parts, cut where it is quiet, with times of the whole', async () => {
    const rate = 16_000;
    // Six seconds of a tone with a pause around second 2.5.
    const samples = Float32Array.from({ length: 6 * rate }, (_, index) =>
      Math.abs(index / rate - 2.5) < 0.2 ? 0 : Math.sin(index / 9) / 2,
    );
    const long = await converter.encode({ samples, sampleRate: rate }, { format: 'wav', sampleRate: rate }, never);
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'], maximumSeconds: 3 });
    provider.transcript = { text: 'one', segments: [{ start: 0.5, end: 1, text: 'one' }] };
    const pieces: number[] = [];
    const transcription = await setUp(provider)({ audio: long, onSegment: ({ start }) => pieces.push(start) });
    const durations = provider.asked.map(({ recording }) => recording.duration!);
    expect(durations).toHaveLength(3);
    expect(durations[0]).toBeCloseTo(2.5, 0);
    expect(durations.reduce((sum, one) => sum + one, 0)).toBeCloseTo(6, 3);
    expect(transcription).toMatchObject({ text: 'one one one', trace: { segments: 3 }, usage: { seconds: 6 } });
    expect(transcription.duration).toBeCloseTo(6, 3);
    expect(pieces).toEqual([0.5, durations[0]! + 0.5, durations[0]! + durations[1]! + 0.5]);
    expect(transcription.segments.map(({ start }) => start)).toEqual(pieces);
  });

  it('keeps the limit of bytes too', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'], maximumBytes: 40_000 });
    await setUp(provider)();
    expect(provider.asked.length).toBeGreaterThan(1);
    for (const { recording } of provider.asked) expect(sizeOf(recording.bytes)).toBeLessThanOrEqual(40_000);
  });

  it('answers again from the cache, piece by piece as before', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const transcribe = setUp(provider);
    await transcribe();
    const pieces: string[] = [];
    const again = await transcribe({ onSegment: ({ text }) => pieces.push(text) });
    expect(pieces).toEqual(['one', 'two']);
    expect(again).toMatchObject({ text: 'one two', usage: {}, trace: { cache: 'hit', servedBy: { provider: 'one' } } });
    for (const other of [{ language: 'en-US' }, { tenant: 'x' }, { cache: false }]) await transcribe(other);
    expect(provider.asked).toHaveLength(4);
  });

  it('tells a transcript from the cache as one piece where its captions do not make up its text', async () => {
    const provider = new FakeTranscriptionProvider('one');
    provider.transcript = { ...provider.transcript, text: 'one  two' };
    const transcribe = setUp(provider);
    await transcribe();
    const pieces: string[] = [];
    const again = await transcribe({ onSegment: ({ text }) => pieces.push(text) });
    expect([again.trace.cache, pieces]).toEqual(['hit', ['one  two']]);
    expect(again.segments).toHaveLength(2);
  });

  it('shares equal requests in flight', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const transcribe = setUp(provider);
    const all = await Promise.all(Array.from({ length: 8 }, () => transcribe()));
    expect(provider.asked).toHaveLength(1);
    expect(all.map(({ trace }) => trace.cache).toSorted()).toEqual([...Array<string>(7).fill('coalesced'), 'miss']);
    expect(new Set(all.map(({ text, trace }) => text + trace.servedBy?.provider))).toEqual(new Set(['one twoone']));
  });

  it('falls back, and lets no stretch of time be heard twice', async () => {
    const one = new FakeTranscriptionProvider('one');
    const two = new FakeTranscriptionProvider('two');
    one.failures.push(new ParlanceError('timeout', 'gone'));
    const pieces: string[] = [];
    const transcription = await setUp(one, two)({ onSegment: ({ text }) => pieces.push(text) });
    expect(pieces).toEqual(['one', 'two']);
    expect(transcription.trace).toMatchObject({ servedBy: { provider: 'two' }, attempts: [{ outcome: 'timeout' }, { outcome: 'ok' }] });
  });

  it('tells the rest of what another had begun to hear, of a provider that tells no pieces by itself', async () => {
    const one = new FakeTranscriptionProvider('one');
    const two = new SilentProvider('two');
    one.failures.push(new ParlanceError('timeout', 'gone'));
    const pieces: string[] = [];
    await setUp(one, two)({ onSegment: ({ text }) => pieces.push(text) });
    expect(pieces).toEqual(['one', 'two']);
  });

  it('tells the rest of a piece that was told in part by another before it failed, and the whole of the next', async () => {
    const one = new FakeTranscriptionProvider('one');
    const two = new FakeTranscriptionProvider('two');
    one.failures.push(new ParlanceError('timeout', 'gone'));
    two.transcript = {
      text: 'one two three',
      segments: [
        { start: 0, end: 1.5, text: 'one two' },
        { start: 1.5, end: 2, text: 'three' },
      ],
    };
    const pieces: string[] = [];
    await setUp(one, two)({ onSegment: ({ text }) => pieces.push(text) });
    expect(pieces).toEqual(['one', 'two', 'three']);
  });

  it('takes silence for an answer', async () => {
    const provider = new FakeTranscriptionProvider('one');
    provider.transcript = { text: '' };
    await expect(setUp(provider)()).resolves.toMatchObject({ text: '', segments: [] });
  });

  it('makes captions of the times of words where there are no others, also where nobody wants those', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const words = ['One.', 'Two.'].map((word, index) => ({ word, start: index, end: index + 0.5 }));
    provider.transcript = { text: 'One. Two.', words };
    const hear = setUp(provider);
    const segments = [
      { start: 0, end: 0.5, text: 'One.' },
      { start: 1, end: 1.5, text: 'Two.' },
    ];
    await expect(hear()).resolves.toMatchObject({ segments, words });
    await expect(hear({ words: false })).resolves.toMatchObject({ segments });
  });

  it('makes one caption of a transcript without times', async () => {
    const provider = new FakeTranscriptionProvider('one');
    provider.transcript = { text: 'all of it' };
    await expect(setUp(provider)()).resolves.toMatchObject({ segments: [{ start: 0, end: 2, text: 'all of it' }] });
  });

  it.each([
    ['an empty file', new Uint8Array(), 'invalid'],
    ['text', Buffer.from('just some text, no audio'), 'invalid'],
    ['a zip', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(500)]), 'invalid'],
    ['too many bytes', Buffer.alloc(1_000_001), 'too_large'],
  ])('refuses %s before anyone is asked', async (_, bytes, code) => {
    const provider = new FakeTranscriptionProvider('one');
    await expect(setUp(provider)({ audio: bytes })).rejects.toMatchObject({ code, param: 'file' });
    expect(provider.asked).toHaveLength(0);
  });

  it('refuses what is too long, and values out of range', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const long = await converter.encode(
      { samples: new Float32Array(8000 * 12), sampleRate: 8000 },
      { format: 'wav', sampleRate: 8000 },
      never,
    );
    await expect(setUp(provider)({ audio: long })).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('12 seconds'),
    });
    await expect(setUp(provider)({ temperature: 2 })).rejects.toMatchObject({ code: 'invalid', param: 'temperature' });
    await expect(setUp(provider)({ language: '??' })).rejects.toMatchObject({ code: 'invalid', param: 'language' });
  });

  it('stops when the caller leaves', async () => {
    const provider = new FakeTranscriptionProvider('one');
    await expect(setUp(provider)({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    expect(provider.asked).toHaveLength(0);
  });
});
