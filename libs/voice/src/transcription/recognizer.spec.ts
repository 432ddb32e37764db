import { AudioConverter } from '@parlance/audio';
import { AbortedError, ExhaustedError, ParlanceError, type ObjectStore } from '@parlance/contracts';
import { createVoice } from '../__fixtures__/create-voice.js';
import { fakeFactory, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { Upstreams } from '../resilience/upstreams.js';
import type { TranscribeRequest } from '../voice.types.js';

const never = new AbortController().signal;

describe('Recognizer', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let audio: Uint8Array;
  beforeAll(async () => {
    const samples = Float32Array.from({ length: 6 * 16_000 }, (_, index) => Math.sin(index / 9) / 2);
    audio = await converter.encode({ samples, sampleRate: 16_000 }, { format: 'wav', sampleRate: 16_000 }, never);
  });
  afterAll(() => converter.close());

  const listener = (name: string, text?: string, capabilities = {}) => {
    const provider = new FakeTranscriptionProvider(name, { formats: ['wav'], ...capabilities });
    if (text !== undefined) provider.transcript = { text };
    return provider;
  };
  const setUp = (listeners: FakeTranscriptionProvider[], { hasSpeech = () => Promise.resolve(true), retries = 0 } = {}) => {
    const stored: { key: string; bytes: Uint8Array }[] = [];
    const store = {
      stat: () => Promise.resolve(undefined),
      put: (key: string, bytes: Uint8Array) => Promise.resolve(stored.push({ key, bytes })),
    };
    const detector = jest.fn(hasSpeech);
    const options = { resilience: { retries } };
    const upstreams = new Upstreams(fakeFactory([], listeners), options);
    const voice = createVoice({ converter, listeners, upstreams, options, objects: store as unknown as ObjectStore, hasSpeech: detector });
    const transcribe = (request: Partial<TranscribeRequest> = {}, signal = never) => voice.transcribe({ audio, ...request }, signal);
    const countsOf = ({ name }: FakeTranscriptionProvider) => upstreams.report(name)[0]?.breaker;
    return { transcribe, stored, store, detector, countsOf };
  };

  describe('of a recording in which no words are found', () => {
    it('makes no caption of blanks', async () => {
      const { transcribe } = setUp([listener('one', ' ')], { hasSpeech: () => Promise.resolve(false) });
      expect((await transcribe()).segments).toEqual([]);
    });

    it('asks one other, and then says what is wrong', async () => {
      const listeners = ['one', 'two', 'three'].map((name) => listener(name, ' '));
      const { transcribe, countsOf } = setUp(listeners);
      await expect(transcribe()).rejects.toMatchObject({
        code: 'no_speech',
        param: 'audio',
        reason: 'no_speech_recognised',
        provider: 'two',
      });
      expect(listeners.map(({ asked }) => asked.length)).toEqual([1, 1, 0]);
      expect(countsOf(listeners[0]!)).toMatchObject({ state: 'closed', failures: 0 });
    });

    it('takes the words of the other', async () => {
      const { transcribe } = setUp([listener('one', ''), listener('two')]);
      await expect(transcribe()).resolves.toMatchObject({
        text: 'one two',
        usage: { seconds: 6 },
        trace: { attempts: [{ outcome: 'no_speech' }, { outcome: 'ok' }], servedBy: { provider: 'two' } },
      });
    });

    it('takes silence for an answer, and remembers it', async () => {
      const listeners = [listener('one', ''), listener('two')];
      const { transcribe } = setUp(listeners, { hasSpeech: () => Promise.resolve(false) });
      await expect(transcribe()).resolves.toMatchObject({ text: '', segments: [], trace: { servedBy: { provider: 'one' } } });
      await expect(transcribe()).resolves.toMatchObject({ text: '', trace: { cache: 'hit' } });
      expect(listeners.map(({ asked }) => asked.length)).toEqual([1, 0]);
    });

    it('looks for speech only where there are no words', async () => {
      const { transcribe, detector } = setUp([listener('one')]);
      await transcribe();
      expect(detector).not.toHaveBeenCalled();
    });

    it('takes an empty text as it is where it cannot be found out, and blames no provider', async () => {
      const listeners = [listener('one', ''), listener('two')];
      const { transcribe, countsOf } = setUp(listeners, { hasSpeech: () => Promise.reject(new Error('the detector is broken')) });
      await expect(transcribe()).resolves.toMatchObject({ text: '', trace: { attempts: [{ provider: 'one', outcome: 'ok' }] } });
      expect(countsOf(listeners[0]!)).toMatchObject({ state: 'closed', failures: 0 });
    });

    it('finds out once for all whom it asks', async () => {
      const { transcribe, detector } = setUp([listener('one', ''), listener('two', '')]);
      await expect(transcribe()).rejects.toMatchObject({ code: 'no_speech' });
      expect(detector).toHaveBeenCalledTimes(1);
    });
  });

  describe('that nobody could transcribe', () => {
    const down = (name: string, code: 'server' | 'invalid' = 'server') => {
      const provider = listener(name);
      provider.failures.push(new ParlanceError(code, 'down'));
      return provider;
    };

    it('keeps it, and says where', async () => {
      const { transcribe, stored } = setUp([down('one'), down('two')]);
      const error = (await transcribe({ tenant: 'somebody', agent: 'bot' }).catch((failure: unknown) => failure)) as ExhaustedError;
      expect(error).toBeInstanceOf(ExhaustedError);
      expect(stored).toHaveLength(1);
      expect(Buffer.from(stored[0]!.bytes).equals(audio)).toBe(true);
      expect(stored[0]!.key).toContain('somebody');
      expect(Buffer.from(error.recordingId ?? '', 'base64url').toString()).toBe(stored[0]!.key);
      expect(error).toMatchObject({ code: 'unavailable', attempts: [{ provider: 'one' }, { provider: 'two' }] });
      expect(error.message).toContain(`The recording is kept as ${error.recordingId}`);
    });

    it('leaves the failure as it is where even that fails', async () => {
      const { transcribe, store } = setUp([down('one'), down('two')]);
      store.put = () => Promise.reject(new Error('the disk is full'));
      await expect(transcribe()).rejects.toMatchObject({ code: 'unavailable', recordingId: undefined });
    });

    it('keeps none that is wrong, and none whose caller has left', async () => {
      const wrong = setUp([down('one', 'invalid'), listener('two')]);
      await expect(wrong.transcribe()).rejects.toMatchObject({ code: 'invalid' });
      const left = setUp([listener('one')]);
      await expect(left.transcribe({}, AbortSignal.abort())).rejects.toThrow(AbortedError);
      expect([wrong.stored, left.stored]).toEqual([[], []]);
    });
  });

  describe('in parts', () => {
    const failingAt = (name: string, at: number) => {
      const provider = listener(name, undefined, { maximumSeconds: 3 });
      provider.transcript = { text: name, segments: [{ start: 0.5, end: 1, text: name }] };
      const plain = provider.transcribe.bind(provider);
      provider.transcribe = async (request, signal) => {
        if (provider.asked.length === at) provider.failures.push(new ParlanceError('timeout', 'gone'));
        return plain(request, signal);
      };
      return provider;
    };

    it('goes on at the part that failed, pays for each once, and tells each piece once', async () => {
      const provider = failingAt('one', 1);
      const { transcribe } = setUp([provider], { retries: 1 });
      const pieces: number[] = [];
      const { text, trace, usage, duration } = await transcribe({ onSegment: ({ start }) => pieces.push(start) });
      const parts = trace.segments;
      expect(parts).toBeGreaterThan(1);
      expect([provider.asked.length, text]).toEqual([parts + 1, Array(parts).fill('one').join(' ')]);
      expect([pieces.length, duration, usage.seconds]).toEqual([parts, expect.closeTo(6, 3), expect.closeTo(6, 3)]);
      expect(pieces).toEqual(pieces.toSorted((a, b) => a - b));
      expect(trace.attempts).toMatchObject([{ outcome: 'timeout' }, { outcome: 'ok', retry: 1 }]);
    });

    it('has another one begin anew, in its own words only', async () => {
      const [one, two] = [failingAt('one', 1), failingAt('two', -1)];
      const { text, trace } = await setUp([one, two]).transcribe();
      expect(text).toBe(Array(trace.segments).fill('two').join(' '));
      expect(trace.servedBy?.provider).toBe('two');
    });
  });
});
