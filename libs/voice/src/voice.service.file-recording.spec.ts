import { AudioConverter } from '@parlance/audio';
import { Coalescer, SharedFlights, type RedisConnections } from '@parlance/cache';
import {
  ParlanceError,
  readAll,
  type ObjectStore,
  type StoredObject,
  type Transcript,
  type TranscriptionRequest,
} from '@parlance/contracts';
import { BytesElsewhere } from '@parlance/testing';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { toneRecording } from './__fixtures__/tone.js';
import { VoiceObservers, type VoiceNews } from './observation/voice-observers.js';

const never = new AbortController().signal;

const turn = () => new Promise((resolve) => setImmediate(resolve));

function gate(): { passed: Promise<void>; open: () => void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Reads the recording when it is told to. */
class ReadsLate extends FakeTranscriptionProvider {
  readonly read = gate();
  sizes: number[] = [];

  override async transcribe(request: TranscriptionRequest, signal: AbortSignal): Promise<Transcript> {
    this.asked.push(request);
    await this.read.passed;
    this.sizes.push((await readAll(request.recording.bytes)).byteLength);
    return super.transcribe(request, signal);
  }
}

/** Of one process, where something else is waited for before work is begun, as the lock of several is. */
class LateFlights extends SharedFlights {
  readonly gate = gate();

  override across: SharedFlights['across'] = (_name, work) => async (signal) => {
    await this.gate.passed;
    return work.start(signal);
  };
}

describe('a recording in a file', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let audio: Uint8Array;
  beforeAll(async () => {
    audio = await toneRecording(converter, 2);
  });
  afterAll(() => converter.close());
  const options = { resilience: { retries: 0 } };

  it('is handed on as it is, never read as a whole, and given back', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'] });
    const voice = createVoice({ converter, listeners: [provider], options });
    const file = new BytesElsewhere(audio);
    const heard = await voice.transcribe({ audio: file }, never);
    expect(heard).toMatchObject({ text: 'one two', duration: 2, trace: { cache: 'miss' } });
    expect(provider.asked[0]!.recording).toMatchObject({ bytes: file, format: 'wav', duration: 2 });
    expect([file.reads, file.isGivenBack]).toEqual([0, true]);
  });

  it('that was given back before is not begun to be heard', async () => {
    const observers = new VoiceObservers();
    const news: VoiceNews[] = [];
    observers.subscribe((one) => news.push(one));
    const voice = createVoice({ converter, listeners: [new FakeTranscriptionProvider('one')], options, observers });
    const file = new BytesElsewhere(audio);
    file.hold()();
    await expect(voice.transcribe({ audio: file }, never)).rejects.toMatchObject({ code: 'aborted' });
    expect(news).toEqual([]);
  });

  it('is the same recording as one in memory', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'] });
    const voice = createVoice({ converter, listeners: [provider], options });
    const caches = [];
    for (const one of [new BytesElsewhere(audio), audio, new BytesElsewhere(audio)])
      caches.push((await voice.transcribe({ audio: one }, never)).trace.cache);
    expect(caches).toEqual(['miss', 'hit', 'hit']);
  });

  it('is decoded where a provider wants samples, also bare ones', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const voice = createVoice({ converter, listeners: [provider], options });
    await voice.transcribe({ audio: new BytesElsewhere(audio) }, never);
    const raw = { sampleRate: 16_000, channels: 1 };
    await voice.transcribe({ audio: new BytesElsewhere(new Uint8Array(32_000)), raw, filename: 'a.pcm' }, never);
    expect(provider.asked.map(({ recording }) => recording.duration)).toEqual([2, 1]);
  });

  it.each([
    ['at once', false],
    ['later', true],
  ])('is there for those who share the work when its caller leaves, begun %s', async (_when, late) => {
    const provider = new ReadsLate('one', { formats: ['wav'] });
    const flights = new LateFlights({} as RedisConnections);
    if (!late) flights.gate.open();
    const coalescer = new Coalescer();
    const voice = createVoice({ converter, listeners: [provider], options, flights, coalescer });
    const leaving = new AbortController();
    const [mine, others] = [new BytesElsewhere(audio), new BytesElsewhere(audio)];
    const first = voice.transcribe({ audio: mine }, leaving.signal);
    const second = voice.transcribe({ audio: others }, never);
    while (coalescer.waiting < 2) await turn();
    leaving.abort();
    await expect(first).rejects.toMatchObject({ code: 'aborted' });
    expect(mine.isGivenBack).toBe(false);
    flights.gate.open();
    provider.read.open();
    await expect(second).resolves.toMatchObject({ text: 'one two', trace: { cache: 'coalesced' } });
    expect(provider.sizes).toEqual([audio.byteLength]);
    expect([mine.isGivenBack, others.isGivenBack]).toEqual([true, true]);
  });

  it('is given back when it is refused, and when nobody waits for it any more', async () => {
    const provider = new ReadsLate('one', { formats: ['wav'] });
    const voice = createVoice({ converter, listeners: [provider], options });
    const notAudio = new BytesElsewhere(Buffer.from('just some text, no audio'));
    await expect(voice.transcribe({ audio: notAudio }, never)).rejects.toMatchObject({ code: 'invalid' });
    const leaving = new AbortController();
    const left = new BytesElsewhere(audio);
    const hearing = voice.transcribe({ audio: left, cache: false }, leaving.signal);
    while (provider.asked.length === 0) await turn();
    leaving.abort();
    await expect(hearing).rejects.toMatchObject({ code: 'aborted' });
    expect([notAudio.isGivenBack, left.isGivenBack]).toEqual([true, true]);
    provider.read.open();
  });

  it('is not begun with when it is gone already', async () => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'] });
    const voice = createVoice({ converter, listeners: [provider], options });
    const file = new BytesElsewhere(audio);
    file.hold()();
    await expect(voice.transcribe({ audio: file }, never)).rejects.toMatchObject({ code: 'aborted' });
    expect(provider.asked).toHaveLength(0);
  });

  it.each([true, false])('is kept when everybody has failed with it (cache: %s)', async (cache) => {
    const provider = new FakeTranscriptionProvider('one', { formats: ['wav'] });
    provider.failures.push(new ParlanceError('server', 'down'));
    const kept: Uint8Array[] = [];
    const objects = {
      bucket: 'b',
      stat: async () => undefined,
      put: async (key: string, bytes: Uint8Array): Promise<StoredObject> => {
        kept.push(bytes);
        return { key, sizeBytes: bytes.byteLength, contentType: 'audio/wav', createdAt: new Date(), metadata: {} };
      },
    } as unknown as ObjectStore;
    const voice = createVoice({ converter, listeners: [provider], options, objects });
    const file = new BytesElsewhere(audio);
    const failure = voice.transcribe({ audio: file, cache }, never);
    await expect(failure).rejects.toMatchObject({ code: 'server', recordingId: expect.any(String) });
    expect(kept.map((bytes) => Buffer.from(bytes).equals(audio))).toEqual([true]);
    expect(file.isGivenBack).toBe(true);
  });
});
