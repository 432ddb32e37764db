import { AudioConverter } from '@parlance/audio';
import { ParlanceError, type SpeechAudio, type SpeechRequest } from '@parlance/contracts';
import { daysFromNow, wavOf } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { sharedParts, type SharedParts } from '../__fixtures__/shared-parts.js';
import { collect } from '../streams/async-streams.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';
import type { SpeakRequest, Speech } from '../voice.types.js';
import { UsageLedger } from './usage-ledger.js';

const days = daysFromNow();
const text = 'Hello there.';
const wanted: SpeakRequest = { text, format: 'pcm', sampleRate: 16_000, tenant: 'acme', agent: 'support' };
const failure = (name: string) => new ParlanceError('server', 'down', { provider: name });
const never = () => new AbortController().signal;

/** A provider that does not say what it counts. */
class Silent extends FakeSpeechProvider {
  override async speak(request: SpeechRequest, signal: AbortSignal): Promise<SpeechAudio> {
    const { usage: _usage, ...audio } = await super.speak(request, signal);
    return audio;
  }
}

describe('what a request uses', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let parts: SharedParts;
  beforeEach(() => (parts = sharedParts()));
  afterEach(() => parts.close());
  afterAll(() => converter.close());

  const service = (speakers: FakeSpeechProvider[], options: VoiceModuleOptions = {}, listeners: FakeTranscriptionProvider[] = []) =>
    createVoice({ converter, speakers, listeners, options: { resilience: { retries: 0 }, ...options }, ...parts });

  /** The rows by provider, without what is zero. */
  async function usage(): Promise<Record<string, Record<string, number>>> {
    const rows = await new UsageLedger(parts.counts, {}).report({ ...days, groupBy: ['agent', 'provider'], tenant: 'acme' });
    return Object.fromEntries(
      rows.map(({ agent: _agent, provider, cost: _cost, ...counts }) => [
        provider,
        Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
      ]),
    );
  }

  it('is counted once: what comes from the cache, or is shared, is free', async () => {
    const provider = new FakeSpeechProvider('one');
    const voice = service([provider]);
    const both = await Promise.all([voice.speak(wanted, never()), voice.speak(wanted, never())]);
    await Promise.all(both.map(({ chunks }) => collect(chunks)));
    expect(await usage()).toEqual({ one: { requests: 2, characters: text.length, coalesced: 1 } });
    await voice.speak(wanted, never());
    expect(await usage()).toEqual({ one: { requests: 3, characters: text.length, coalesced: 1, cached: 1 } });
    expect(provider.asked).toHaveLength(1);
  });

  it('is free when the next provider has made it before, too', async () => {
    const [broken, second] = [new FakeSpeechProvider('broken'), new FakeSpeechProvider('second')];
    broken.failures.push(failure('broken'), failure('broken'));
    const voice = service([broken, second]);
    for (let time = 0; time < 2; time += 1) await collect((await voice.speak(wanted, never())).chunks);
    expect(await usage()).toEqual({ broken: { failed: 2 }, second: { requests: 2, characters: text.length, cached: 1 } });
    expect(second.asked).toHaveLength(1);
  });

  it('is counted without the cache, too', async () => {
    const voice = service([new Silent('one')]);
    await collect((await voice.speak({ ...wanted, cache: false }, never())).chunks);
    expect(await usage()).toEqual({ one: { requests: 1, characters: text.length } });
  });

  it('is that of who served; who has failed is counted as that', async () => {
    const [first, second] = [new FakeSpeechProvider('one'), new FakeSpeechProvider('two')];
    first.failures.push(failure('one'));
    await collect((await service([first, second]).speak(wanted, never())).chunks);
    expect(await usage()).toEqual({ one: { failed: 1 }, two: { requests: 1, characters: text.length } });
  });

  it('is nothing when nobody has given anything', async () => {
    const [first, second] = [new Silent('one'), new FakeSpeechProvider('two')];
    first.failures.push('empty');
    second.failures.push(failure('two'));
    await expect(service([first, second]).speak(wanted, never())).rejects.toMatchObject({ code: 'unavailable' });
    expect(await usage()).toEqual({ one: { failed: 1 }, two: { failed: 1 } });
  });

  describe.each([
    ['says', () => new FakeSpeechProvider('one')],
    ['would say', () => new Silent('one')],
  ])('is what the provider %s', (_says, make) => {
    it('when its audio breaks off', async () => {
      const provider = make();
      provider.failures.push('cut');
      const long = `${'la '.repeat(50)}la.`;
      const speech = await service([provider]).speak({ ...wanted, text: long }, never());
      await expect(collect(speech.chunks)).rejects.toMatchObject({ code: 'server' });
      expect(await usage()).toEqual({ one: { requests: 1, characters: long.length, failed: 1 } });
    });

    it('when it breaks off before anything of it is heard, and another one serves', async () => {
      const provider = make();
      provider.failures.push('cut');
      await collect((await service([provider, new FakeSpeechProvider('two')]).speak(wanted, never())).chunks);
      expect(await usage()).toEqual({ one: { characters: text.length, failed: 1 }, two: { requests: 1, characters: text.length } });
    });
  });

  it.each<[string, (speech: Speech, leaving: AbortController) => Promise<unknown>]>([
    [
      'in the middle',
      async ({ chunks }) => {
        const iterator = chunks[Symbol.asyncIterator]();
        await iterator.next();
        await iterator.return?.();
      },
    ],
    ['before the first byte', async (_speech, leaving) => leaving.abort()],
  ])('is all that was asked for when the listener leaves %s', async (_when, leave) => {
    const leaving = new AbortController();
    const speech = await service([new Silent('one')]).speak({ ...wanted, cache: false }, leaving.signal);
    await leave(speech, leaving);
    expect(await usage()).toEqual({ one: { requests: 1, characters: text.length } });
  });

  it('of a long text goes to each who has read a part of it', async () => {
    const [first, second] = [new FakeSpeechProvider('one'), new FakeSpeechProvider('two')];
    const sentences = Array.from({ length: 40 }, (_, index) => `This is sentence number ${index} of the text.`);
    const whole = sentences.join(' ');
    const voice = service([first, second], { segmentConcurrency: 1 });
    let calls = 0;
    const speak = first.speak.bind(first);
    first.speak = (request, signal) => {
      if (++calls === 2) first.failures.push('cut');
      return speak(request, signal);
    };
    await collect((await voice.speak({ ...wanted, text: whole }, never())).chunks);
    const rows = await usage();
    expect(rows['one']).toMatchObject({ requests: 1, failed: 1 });
    const total = first.asked.concat(second.asked).reduce((sum, { text: passage }) => sum + passage.length, 0);
    expect((rows['one']?.['characters'] ?? 0) + (rows['two']?.['characters'] ?? 0)).toBe(total);
  });

  describe('of a recording', () => {
    const recording = wavOf(new Uint8Array(16_000 * 2 * 3), 16_000);
    const heard = { audio: recording, tenant: 'acme', agent: 'support' };

    it('is its length, counted once', async () => {
      const listener = new FakeTranscriptionProvider('ear');
      const voice = service([], {}, [listener]);
      await Promise.all([voice.transcribe(heard, never()), voice.transcribe(heard, never())]);
      await voice.transcribe(heard, never());
      expect(listener.asked).toHaveLength(1);
      expect(await usage()).toEqual({ ear: { requests: 3, seconds: 3, coalesced: 1, cached: 1 } });
    });

    it('is its length, too, when a text has come and broken off', async () => {
      const [first, second] = [new FakeTranscriptionProvider('ear'), new FakeTranscriptionProvider('other')];
      first.failures.push(failure('ear'));
      await service([], {}, [first, second]).transcribe(heard, never());
      expect(await usage()).toEqual({ ear: { failed: 1, seconds: 3 }, other: { requests: 1, seconds: 3 } });
    });

    it('is bounded by the budget, before anybody is asked', async () => {
      const listener = new FakeTranscriptionProvider('ear');
      const voice = service([], { budgets: { acme: { secondsPerDay: 5 } } }, [listener]);
      await voice.transcribe(heard, never());
      await expect(voice.transcribe({ ...heard, cache: false }, never())).rejects.toMatchObject({ reason: 'budget_exceeded' });
      expect((await voice.transcribe(heard, never())).trace.cache).toBe('hit');
      expect(listener.asked).toHaveLength(1);
      expect(await usage()).toEqual({ ear: { requests: 2, seconds: 3, cached: 1 } });
    });
  });

  describe('within a budget', () => {
    const budgets = { acme: { charactersPerDay: 20 } };

    it('passes as long as it reaches; what is in the cache passes always', async () => {
      const provider = new FakeSpeechProvider('one');
      const voice = service([provider], { budgets });
      await collect((await voice.speak(wanted, never())).chunks);
      for (const cache of [true, false]) {
        const more = voice.speak({ ...wanted, text: 'Good bye then.', cache }, never());
        await expect(more).rejects.toMatchObject({ code: 'quota', reason: 'budget_exceeded' });
      }
      expect((await voice.speak(wanted, never())).trace.cache).toBe('hit');
      expect(provider.asked).toHaveLength(1);
      expect(await usage()).toEqual({ one: { requests: 2, characters: 12, cached: 1 } });
    });

    it('of one agent is no reason to refuse another what both ask for at once', async () => {
      const provider = new FakeSpeechProvider('one');
      const voice = service([provider], { budgets: { acme: { agents: { poor: { charactersPerDay: 1 } } } } });
      const asks = ['poor', 'rich', 'richer'].map((agent) =>
        voice.speak({ ...wanted, agent }, never()).then(({ chunks }) => collect(chunks)),
      );
      const outcomes = await Promise.allSettled(asks);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
      expect(provider.asked).toHaveLength(1);
    });

    it('is given back when nothing came of it', async () => {
      const provider = new FakeSpeechProvider('one');
      const voice = service([provider], { budgets, resilience: { retries: 0, breaker: { consecutiveFailures: 100 } } });
      for (let request = 0; request < 5; request += 1) {
        provider.failures.push(failure('one'));
        await expect(voice.speak(wanted, never())).rejects.toMatchObject({ code: 'server' });
      }
      expect((await collect((await voice.speak(wanted, never())).chunks)).length).toBeGreaterThan(0);
      await expect(voice.speak({ ...wanted, cache: false }, never())).rejects.toMatchObject({ reason: 'budget_exceeded' });
    });
  });

  it('a user of an agent may ask so often in a minute', async () => {
    const provider = new FakeSpeechProvider('one');
    const voice = service([provider]);
    const ask = (user: string, agent = 'support') =>
      voice.speak({ ...wanted, user, agent, rateLimitPerMinute: 2, cache: false }, never()).then(({ chunks }) => collect(chunks));
    await ask('a');
    await ask('a');
    await expect(ask('a')).rejects.toMatchObject({ code: 'rate', reason: 'rate_limit_exceeded', retryAfterSeconds: 60 });
    await ask('b');
    await ask('a', 'another agent');
    expect(provider.asked).toHaveLength(4);
    const none = voice.transcribe({ audio: new Uint8Array(wavOf(new Uint8Array(32_000), 16_000)), rateLimitPerMinute: 0 }, never());
    await expect(none).rejects.toMatchObject({ code: 'invalid', param: 'rateLimitPerMinute' });
  });
});
