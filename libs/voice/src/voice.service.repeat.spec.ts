import { setImmediate as untilKept } from 'node:timers/promises';
import { AudioConverter } from '@parlance/audio';
import { MemoryCacheStore } from '@parlance/cache';
import type { SpeechAudio, SpeechRequest } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeSpeechProvider } from './__fixtures__/fake-providers.js';
import { VoiceObservers, type VoiceNews } from './observation/voice-observers.js';
import { collect } from './streams/async-streams.js';
import type { VoiceModuleOptions } from './voice.module-definition.js';
import type { SpeakRequest } from './voice.types.js';

const never = new AbortController().signal;
const request: SpeakRequest = { text: 'Hello there.', format: 'mp3', agent: 'demo' };

/** Gives short answers whole, as vendors do that announce their length. */
class WholeProvider extends FakeSpeechProvider {
  constructor(
    name: string,
    private readonly bytes = spokenAudio('mp3'),
  ) {
    super(name, { formats: ['mp3'] });
  }

  override async speak(asked: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    return { ...(await super.speak(asked, signal)), bytes: this.bytes };
  }
}

describe('VoiceService with audio that is all there', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  function setUp(speakers: FakeSpeechProvider[], options: VoiceModuleOptions = {}) {
    const observers = new VoiceObservers();
    const news: VoiceNews[] = [];
    observers.subscribe((one) => news.push(one));
    const store = new MemoryCacheStore();
    const voice = createVoice({ converter, speakers, observers, store, options: { resilience: { retries: 0 }, ...options } });
    const ended = () => news.flatMap((one) => (one.type === 'request' ? [one] : []));
    const requests = () => ended().map(({ trace }) => trace);
    return { voice, store, requests, origins: () => ended().map(({ origin }) => origin?.requestId) };
  }

  describe('from a provider', () => {
    it('gives it in one piece, with its account closed', async () => {
      const { voice, requests } = setUp([new WholeProvider('one')]);
      const speech = await voice.speak(request, never);
      expect(speech.bytes).toEqual(spokenAudio('mp3'));
      expect(await collect(speech.chunks)).toEqual(spokenAudio('mp3'));
      expect(speech.trace).toMatchObject({ cache: 'miss', totalMilliseconds: expect.any(Number), attempts: [{ outcome: 'ok' }] });
      expect(requests()).toHaveLength(1);
    });

    it('keeps it for the next who asks', async () => {
      const provider = new WholeProvider('one');
      const { voice } = setUp([provider]);
      await voice.speak(request, never);
      await untilKept();
      expect((await voice.speak(request, never)).trace.cache).toBe('hit');
      expect(provider.asked).toHaveLength(1);
    });

    it('shares it with those who ask before it is kept', async () => {
      const provider = new WholeProvider('one');
      const { voice } = setUp([provider]);
      const { bytes } = await voice.speak(request, never);
      const next = await voice.speak(request, never);
      expect(next.trace.cache).toBe('coalesced');
      expect(await collect(next.chunks)).toEqual(bytes);
      expect(provider.asked).toHaveLength(1);
    });

    it.each([
      ['too little', spokenAudio('mp3').subarray(0, 10), 'empty'],
      ['of another format', Buffer.alloc(5000, 7), 'server'],
    ])('asks the next when it is %s, and nobody has heard of it', async (_what, bytes, outcome) => {
      const { voice } = setUp([new WholeProvider('one', bytes), new WholeProvider('two')]);
      const speech = await voice.speak(request, never);
      expect(speech.bytes).toEqual(spokenAudio('mp3'));
      expect(speech.trace).toMatchObject({ servedBy: { provider: 'two' }, attempts: [{ provider: 'one', outcome }, { outcome: 'ok' }] });
    });

    it('shares it with all who ask at the time', async () => {
      const provider = new WholeProvider('one');
      const { voice } = setUp([provider]);
      const all = await Promise.all([1, 2, 3].map(() => voice.speak(request, never)));
      expect(all.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 3 }, () => spokenAudio('mp3')));
      expect(all.map(({ trace }) => trace.cache)).toEqual(['miss', 'coalesced', 'coalesced']);
      expect(provider.asked).toHaveLength(1);
    });
  });

  describe('from the cache', () => {
    it('can be had again, as a request of its own', async () => {
      const { voice, requests, origins } = setUp([new WholeProvider('one')]);
      const from = (requestId: string) => ({ requestId, route: '/v1/audio/speech' });
      await voice.speak(request, never);
      await untilKept();
      const hit = await voice.speak({ ...request, origin: from('req_2') }, never);
      const repeated = await hit.again?.(from('req_3'));
      expect(repeated).toMatchObject({ bytes: hit.bytes, mediaType: 'audio/mpeg' });
      expect(repeated?.trace).toMatchObject({
        cache: 'hit',
        plan: hit.trace.plan,
        servedBy: hit.trace.servedBy,
        cacheKey: hit.trace.cacheKey,
      });
      await hit.again?.();
      expect(requests()).toHaveLength(4);
      expect(origins()).toEqual([undefined, 'req_2', 'req_3', undefined]);
    });

    it('cannot be had again when it is gone', async () => {
      const { voice, store } = setUp([new WholeProvider('one')]);
      await voice.speak(request, never);
      await untilKept();
      const hit = await voice.speak(request, never);
      await store.delete([hit.trace.cacheKey ?? '']);
      expect(await hit.again?.()).toBeUndefined();
    });

    it('counts against the limit of its user', async () => {
      const { voice } = setUp([new WholeProvider('one')]);
      const limited = { ...request, user: 'anna', rateLimitPerMinute: 3 };
      await voice.speak(limited, never);
      await untilKept();
      const hit = await voice.speak(limited, never);
      await hit.again?.();
      await expect(hit.again?.()).rejects.toMatchObject({ code: 'rate' });
    });

    it.each([
      ['was made now', {}, 1],
      ['comes from providers in the order of the day', { resilience: { routing: 'latency' } } as const, 2],
    ])('is not offered again when it %s', async (_what, options, times) => {
      const { voice } = setUp([new WholeProvider('one')], options);
      let last;
      for (let time = 0; time < times; time++) {
        last = await voice.speak(request, never);
        await untilKept();
      }
      expect(last?.again).toBeUndefined();
    });
  });
});
