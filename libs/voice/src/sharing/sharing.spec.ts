import { AudioConverter } from '@parlance/audio';
import { RedisConnections, SharedFlights } from '@parlance/cache';
import { ParlanceError, type ExhaustedError, type TranscriptSegment } from '@parlance/contracts';
import { describeWithRedis, eventually, PATIENT_REDIS, spokenAudio } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { collect } from '../streams/async-streams.js';
import type { VoiceService } from '../voice.service.js';

const never = () => new AbortController().signal;

/** Two processes with caches of their own, and all they have in common: providers, and flights through Redis. */
describeWithRedis((url) => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  const opened: { flights: SharedFlights; connections: RedisConnections }[] = [];
  let speaker: FakeSpeechProvider;
  let listener: FakeTranscriptionProvider;
  let voices: [VoiceService, VoiceService];
  const tenant = () => `tenant-${Math.random()}`;

  beforeEach(async () => {
    speaker = new FakeSpeechProvider('speaker');
    listener = new FakeTranscriptionProvider('listener');
    const start = async () => {
      const connections = new RedisConnections(url(), PATIENT_REDIS);
      await connections.open();
      const flights = new SharedFlights(connections);
      opened.push({ flights, connections });
      return createVoice({ converter, speakers: [speaker], listeners: [listener], flights, options: { resilience: { retries: 0 } } });
    };
    voices = [await start(), await start()];
  });
  afterEach(async () => {
    for (const { flights, connections } of opened.splice(0)) {
      await flights.close();
      await connections.close();
    }
  });
  afterAll(() => converter.close());

  /** Holds back what is made until both have asked. */
  async function both<Result>(ask: (voice: VoiceService) => Promise<Result>): Promise<PromiseSettledResult<Result>[]> {
    let release: () => void = () => undefined;
    speaker.hold = new Promise((resolve) => (release = resolve));
    const { commands } = opened[0]!.connections;
    const wanted = () => commands!.keys('parlance:flight:*:wanted');
    // Of an earlier test.
    const before = await wanted();
    const asking = voices.map((voice) => ask(voice));
    await eventually(async () => (await wanted()).some((key) => !before.includes(key)), 'Nobody follows.');
    release();
    return Promise.allSettled(asking);
  }

  it.each(['Once.', 'A first sentence is spoken. Then there is another one, and a third.'])('%s is spoken once for both', async (text) => {
    const owner = tenant();
    const results = await both(async (voice) => {
      const speech = await voice.speak({ text, format: 'pcm', sampleRate: 16_000, tenant: owner }, never());
      return { ...speech, bytes: Buffer.from(await collect(speech.chunks)) };
    });
    const [one, two] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    const [leader, follower] = one?.trace.cache === 'miss' ? [one, two] : [two, one];
    expect(leader?.bytes.length).toBeGreaterThan(0);
    expect(follower?.bytes.equals(leader!.bytes)).toBe(true);
    expect(new Set(speaker.asked.map((request) => request.text)).size).toBe(speaker.asked.length);
    expect(follower).toMatchObject({ sampleRate: 16_000, mediaType: leader?.mediaType });
    const { attempts, segments, servedBy } = leader!.trace;
    expect(follower?.trace).toMatchObject({ cache: 'coalesced', attempts, segments, servedBy, totalMilliseconds: expect.any(Number) });
    expect(attempts.length).toBe(speaker.asked.length);
    expect([leader?.usage.characters, follower?.usage]).toEqual([expect.any(Number), {}]);
    expect(follower?.warnings).toEqual(leader?.warnings);
  });

  it('fails both with the same', async () => {
    speaker.failures.push(new ParlanceError('quota', 'Nothing is left.', { provider: 'speaker', reason: 'insufficient_quota' }));
    const speak = speaker.speak.bind(speaker);
    speaker.speak = async (...args) => {
      await speaker.hold;
      return speak(...args);
    };
    const owner = tenant();
    const results = await both((voice) => voice.speak({ text: 'Hello.', tenant: owner }, never()));
    const errors = results.map((result) => (result.status === 'rejected' ? (result.reason as ExhaustedError) : undefined));
    const expected = { name: 'ExhaustedError', code: 'quota', provider: 'speaker', reason: 'insufficient_quota' };
    expect(errors).toMatchObject([expected, expected]);
    expect(errors[0]?.attempts).toMatchObject([{ outcome: 'quota' }]);
    expect([errors[1]?.message, errors[1]?.attempts]).toEqual([errors[0]?.message, errors[0]?.attempts]);
    expect(speaker.asked).toHaveLength(1);
  });

  it('transcribes once for both, piece by piece', async () => {
    const transcribe = listener.transcribe.bind(listener);
    listener.transcribe = async (...args) => {
      await speaker.hold;
      return transcribe(...args);
    };
    const owner = tenant();
    const results = await both(async (voice) => {
      const segments: TranscriptSegment[] = [];
      const onSegment = (segment: TranscriptSegment) => void segments.push(segment);
      return { heard: segments, ...(await voice.transcribe({ audio: spokenAudio('wav'), tenant: owner, onSegment }, never())) };
    });
    const [one, two] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
    const [leader, follower] = one?.trace.cache === 'miss' ? [one, two] : [two, one];
    expect(listener.asked).toHaveLength(1);
    expect(follower).toMatchObject({ text: 'one two', segments: leader?.segments, heard: leader?.heard, duration: leader?.duration });
    expect(follower?.heard).toHaveLength(2);
    expect(follower?.trace).toMatchObject({ cache: 'coalesced', attempts: leader?.trace.attempts, servedBy: { provider: 'listener' } });
    expect([leader?.usage.seconds, follower?.usage]).toEqual([expect.any(Number), {}]);
  });
});
