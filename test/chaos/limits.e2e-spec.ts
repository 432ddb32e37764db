import { AudioConverter } from '@parlance/audio';
import { Coalescer, MemoryCacheStore } from '@parlance/cache';
import type { SpeechAudio } from '@parlance/contracts';
import { openaiError, type Fault } from '@parlance/testing';
import { Upstreams } from '@parlance/voice';
import { createVoice } from '../../libs/voice/src/__fixtures__/create-voice.js';
import { fakeFactory, FakeSpeechProvider } from '../../libs/voice/src/__fixtures__/fake-providers.js';
import { collect } from '../../libs/voice/src/streams/async-streams.js';
import { breakerOf, speak } from './support/ask.js';
import { startFleet, until } from './support/fleet.js';

const down: Fault = {
  kind: 'reply',
  status: 503,
  headers: { 'content-type': 'application/json' },
  body: openaiError(503, 'Down.').body as string,
};

describe('34: clocks, crowds and slow listeners', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  it.each([-1, 1])('a clock that jumps by a year (%i) moves no breaker', async (years) => {
    const fleet = await startFleet({ environment: { PARLANCE_BREAKER_OPEN_MILLISECONDS: '3000', PARLANCE_BREAKER_FAILURES: '2' } });
    const realNow = Date.now.bind(Date);
    try {
      fleet.first.standIn.fail(down, down);
      for (let index = 0; index < 2; index++) await speak(fleet);
      const clock = jest.spyOn(Date, 'now').mockImplementation(() => realNow() + years * 31_536_000_000);
      expect(await breakerOf(fleet, 'first')).toMatchObject({ state: 'open' });
      expect((await speak(fleet)).provider).toBe('second');
      await until(async () => (await breakerOf(fleet, 'first'))?.state === 'half_open');
      expect((await speak(fleet)).provider).toBe('first');
      clock.mockRestore();
    } finally {
      await fleet.close();
    }
  });

  it('ten thousand agents leave no more behind than the cache may hold', async () => {
    const provider = new FakeSpeechProvider('one');
    const store = new MemoryCacheStore({ maximumBytes: 1_000_000 });
    const coalescer = new Coalescer();
    const upstreams = new Upstreams(fakeFactory([provider]), {});
    const voice = createVoice({ converter, speakers: [provider], store, coalescer, upstreams });
    let agent = 0;
    const caller = async () => {
      while (agent < 10_000) {
        const owner = `agent-${agent++}`;
        const speech = await voice.speak(
          { text: 'Hello there.', format: 'pcm', sampleRate: 16_000, tenant: owner, agent: owner },
          new AbortController().signal,
        );
        await collect(speech.chunks);
      }
    };
    await Promise.all(Array.from({ length: 50 }, () => caller()));
    // Nothing is shared between tenants: each has had its own.
    expect(provider.asked).toHaveLength(10_000);
    expect(store.statistics.bytes).toBeLessThanOrEqual(1_000_000);
    expect(coalescer.inFlight).toBe(0);
    expect(upstreams.report('one')).toHaveLength(1);
  });

  it('a listener who does not listen holds its provider back', async () => {
    let made = 0;
    class Endless extends FakeSpeechProvider {
      override async speak(): Promise<SpeechAudio> {
        const chunks = (async function* () {
          for (; made < 100_000; made++) yield new Uint8Array(65_536).fill(1);
        })();
        return { format: 'pcm', sampleRate: 24_000, chunks, warnings: [] };
      }
    }
    const voice = createVoice({ converter, speakers: [new Endless('endless')] });
    const leaving = new AbortController();
    const speech = await voice.speak({ text: 'Hello there.', format: 'pcm' }, leaving.signal);
    const listener = speech.chunks[Symbol.asyncIterator]();
    await listener.next();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(made).toBeLessThan(10);
    leaving.abort();
    await listener.return?.();
  });
});
