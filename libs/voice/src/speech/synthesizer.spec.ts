import { setTimeout as sleep } from 'node:timers/promises';
import { AudioConverter } from '@parlance/audio';
import { ParlanceError, type SpeechAudio, type SpeechCapabilities } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { fakeFactory, FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { Upstreams } from '../resilience/upstreams.js';
import { collect } from '../streams/async-streams.js';
import type { ResilienceOptions } from '../voice.module-definition.js';

const never = new AbortController().signal;
const mp3 = spokenAudio('mp3');

async function* stream(...steps: (Uint8Array | Promise<unknown> | Error)[]) {
  for (const step of steps) {
    if (step instanceof Error) throw step;
    if (step instanceof Uint8Array) yield step;
    else await step;
  }
}

/** A fake whose audio is given call by call; its own where there is none. */
function speaker(
  name: string,
  replies: (Partial<SpeechAudio> | Error)[] = [],
  capabilities: Partial<SpeechCapabilities> = { formats: ['mp3'] },
) {
  const provider = new FakeSpeechProvider(name, capabilities);
  const plain = provider.speak.bind(provider);
  const signals: AbortSignal[] = [];
  provider.speak = async (request, signal) => {
    signals.push(signal);
    const reply = replies.shift();
    if (reply instanceof Error) {
      provider.asked.push(request);
      throw reply;
    }
    return { ...(await plain(request, signal)), ...reply };
  };
  return { provider, signals };
}

describe('Synthesizer, of one sentence', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  const setUp = (speakers: FakeSpeechProvider[], resilience: ResilienceOptions = {}) => {
    const options = { resilience: { retries: 0, ...resilience } };
    const upstreams = new Upstreams(fakeFactory(speakers), options);
    const voice = createVoice({ converter, speakers, upstreams, options });
    const begin = (format: 'mp3' | 'wav' | 'pcm' = 'mp3', cache = true, text = 'Good morning to everybody here.') =>
      voice.speak({ text, format, cache }, never);
    const breakerOf = (provider: FakeSpeechProvider) => upstreams.of(provider, `${provider.name}-model`, 'speak').breaker;
    return { begin, breakerOf };
  };

  it('falls back while nothing has been encoded, also after a good beginning', async () => {
    const one = new FakeSpeechProvider('one');
    const two = new FakeSpeechProvider('two');
    one.failures.push('cut');
    const { begin, breakerOf } = setUp([one, two]);
    // So short that the encoder has given nothing when the provider breaks.
    const speech = await begin('mp3', true, 'Hi.');
    expect((await collect(speech.chunks)).length).toBeGreaterThan(0);
    expect(speech.trace).toMatchObject({
      servedBy: { provider: 'two' },
      attempts: [
        { provider: 'one', outcome: 'server' },
        { provider: 'two', outcome: 'ok' },
      ],
    });
    expect(breakerOf(one).counts.failures).toBe(1);
  });

  it('lists every attempt when nobody is left after a good beginning', async () => {
    // Enough to be the text, and too little for the encoder to give anything.
    const cut = () => ({ chunks: stream(new Uint8Array(400).fill(64), new Error('broken')) });
    const speakers = ['one', 'two'].map((name) => speaker(name, [cut()], { formats: ['pcm'] }));
    await expect(setUp(speakers.map(({ provider }) => provider)).begin('mp3', true, 'Hi.')).rejects.toMatchObject({
      name: 'ExhaustedError',
      attempts: [
        { provider: 'one', outcome: 'server' },
        { provider: 'two', outcome: 'server' },
      ],
    });
  });

  it('ends the call whose audio cannot be encoded, and lets the next one speak', async () => {
    const one = speaker('one', [], { formats: ['pcm'] });
    jest.spyOn(converter, 'openEncoder').mockRejectedValueOnce(new ParlanceError('server', 'The thread has died.'));
    const speech = await setUp([one.provider, speaker('two', [], { formats: ['pcm'] }).provider]).begin();
    expect((await collect(speech.chunks)).length).toBeGreaterThan(0);
    expect(speech.trace.servedBy?.provider).toBe('two');
    expect(one.signals[0]?.aborted).toBe(true);
  });

  it('passes audio on before the rest of it has been made', async () => {
    let release: (value?: unknown) => void = () => undefined;
    const { provider } = speaker('one', [
      { chunks: stream(mp3.subarray(0, 6000), new Promise((resolve) => (release = resolve)), mp3.subarray(6000)) },
    ]);
    const speech = await setUp([provider]).begin();
    const iterator = speech.chunks[Symbol.asyncIterator]();
    const first = await iterator.next();
    expect(Buffer.from(first.value as Uint8Array).equals(mp3.subarray(0, 6000))).toBe(true);
    expect(speech.trace.totalMilliseconds).toBeUndefined();
    release();
    const rest = await collect({ [Symbol.asyncIterator]: () => iterator });
    expect(Buffer.from(rest).equals(mp3.subarray(6000))).toBe(true);
    expect(speech.trace.totalMilliseconds).toEqual(expect.any(Number));
  });

  it.each<[string, Partial<SpeechAudio> | Error, string]>([
    ['a page', { chunks: stream(Buffer.from('<html>'.repeat(2000))) }, 'server'],
    ['JSON', { chunks: stream(Buffer.from(`{"error":"${'x'.repeat(9000)}"}`)) }, 'server'],
    ['nothing', { chunks: stream() }, 'empty'],
    ['a bit', { chunks: stream(mp3.subarray(0, 100)) }, 'empty'],
    ['a broken beginning', { chunks: stream(mp3.subarray(0, 10), new TypeError('secret')) }, 'server'],
    ['no stream at all', { chunks: undefined as never }, 'server'],
    ['a bug', new TypeError('secret'), 'server'],
    ['silence', { chunks: stream(new Promise(() => undefined)) }, 'timeout'],
  ])('asks the next one before the first byte when the first gives %s', async (_, reply, outcome) => {
    const [one, two] = [speaker('one', [reply]), speaker('two')];
    const { begin } = setUp([one.provider, two.provider], { firstByteMilliseconds: 100 });
    const speech = await begin();
    expect(Buffer.from(await collect(speech.chunks)).equals(mp3)).toBe(true);
    expect(speech.trace.attempts).toMatchObject([
      { provider: 'one', outcome },
      { provider: 'two', outcome: 'ok' },
    ]);
    expect(speech.trace.servedBy?.provider).toBe('two');
    // Paid for once: what failed has cost nothing that anybody has heard.
    expect(speech.usage.characters).toBe(31);
  });

  it.each<['mp3' | 'wav', boolean]>([
    ['mp3', true],
    ['mp3', false],
    ['wav', true],
  ])('breaks the stream (%s, cache %s) when the provider breaks, counts it, and keeps nothing', async (format, cache) => {
    const pcm = new Uint8Array(200_000).fill(64);
    const begins = format === 'mp3' ? mp3.subarray(0, 6000) : pcm;
    const { provider } = speaker('one', [{ chunks: stream(begins, new Error('broken')) }], { formats: [format === 'mp3' ? 'mp3' : 'pcm'] });
    const { begin, breakerOf } = setUp([provider]);
    const speech = await begin(format, cache);
    await expect(collect(speech.chunks)).rejects.toMatchObject({ code: 'server', provider: 'one' });
    expect(speech.trace.attempts).toMatchObject([{ outcome: 'server' }]);
    expect(breakerOf(provider).counts).toMatchObject({ calls: 1, failures: 1 });
    expect((await begin(format, cache)).trace.cache).toBe(cache ? 'miss' : 'off');
  });

  it('breaks the stream when the provider falls silent, and closes its connection', async () => {
    const { provider, signals } = speaker('one', [{ chunks: stream(mp3.subarray(0, 6000), new Promise(() => undefined)) }]);
    const speech = await setUp([provider], { firstByteMilliseconds: 50 }).begin();
    await expect(collect(speech.chunks)).rejects.toMatchObject({ code: 'timeout', provider: 'one' });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('lets the provider pause in its audio for longer than it may be silent at first', async () => {
    const { provider } = speaker('one', [{ chunks: stream(mp3.subarray(0, 6000), sleep(150), mp3.subarray(6000)) }]);
    const speech = await setUp([provider], { firstByteMilliseconds: 50, idleMilliseconds: 60_000 }).begin();
    expect(Buffer.from(await collect(speech.chunks)).equals(mp3)).toBe(true);
  });

  it('keeps no samples that end in the middle of one', async () => {
    const cut = () => ({ sampleRate: 24_000, chunks: stream(new Uint8Array(24_001).fill(64)) });
    const { provider } = speaker('one', [cut(), cut()], { formats: ['pcm'] });
    const { begin } = setUp([provider]);
    await collect((await begin('pcm')).chunks);
    expect((await begin('pcm')).trace.cache).toBe('miss');
  });

  it('frees the provider, and says nothing against it, when the listener leaves', async () => {
    const { provider, signals } = speaker('one', [{ chunks: stream(mp3.subarray(0, 6000), mp3.subarray(6000, 9000), mp3.subarray(9000)) }]);
    const { begin, breakerOf } = setUp([provider]);
    const speech = await begin('mp3', false);
    for await (const chunk of speech.chunks) {
      expect(chunk).toHaveLength(6000);
      break;
    }
    expect(signals[0]?.aborted).toBe(true);
    expect(breakerOf(provider).counts).toEqual({ calls: 0, failures: 0, consecutive: 0 });
    expect(speech.trace.attempts).toMatchObject([{ outcome: 'ok' }]);
  });

  it('stops asking whose streams keep breaking, and says so in the plan', async () => {
    const broken = () => ({ chunks: stream(mp3.subarray(0, 6000), new Error('broken')) });
    const [one, two] = [speaker('one', [broken(), broken()]), speaker('two')];
    const { begin, breakerOf } = setUp([one.provider, two.provider], { breaker: { consecutiveFailures: 2 } });
    for (let again = 0; again < 2; again++) await expect(collect((await begin()).chunks)).rejects.toThrow(ParlanceError);
    expect(breakerOf(one.provider).state).toBe('open');
    const speech = await begin();
    await collect(speech.chunks);
    expect(speech.trace).toMatchObject({
      plan: [{ provider: 'two' }],
      skipped: [{ provider: 'one', reason: expect.stringMatching(/its circuit breaker is open for another \d+ s \(server\)/) }],
      attempts: [{ provider: 'two', outcome: 'ok' }],
    });
    expect(one.provider.asked).toHaveLength(2);
  });

  it('serves what was made before though its maker is not asked just now', async () => {
    const one = speaker('one');
    const { begin, breakerOf } = setUp([one.provider, speaker('two').provider]);
    await collect((await begin()).chunks);
    breakerOf(one.provider).hold();
    expect((await begin()).trace).toMatchObject({ cache: 'hit', servedBy: { provider: 'one' } });
  });

  it('decodes the whole first where the provider has neither the format nor samples, so that another may stand in', async () => {
    const broken: Partial<SpeechAudio> = { format: 'flac', chunks: stream(spokenAudio('flac').subarray(0, 9000), new Error('broken')) };
    const [one, two] = [speaker('one', [broken], { formats: ['flac'] }), speaker('two', [], { formats: ['flac'] })];
    const speech = await setUp([one.provider, two.provider]).begin('wav');
    expect((await collect(speech.chunks)).length).toBeGreaterThan(40_000);
    expect(speech.trace.attempts).toMatchObject([{ outcome: 'server' }, { provider: 'two', outcome: 'ok' }]);
  });

  it('asks only those who make it for a format that cannot be made here, and leaves the rate to them', async () => {
    const aac = spokenAudio('aac');
    const [one, two] = [speaker('one', [], { formats: ['pcm'] }), speaker('two', [], { formats: ['pcm', 'aac'] })];
    const voice = createVoice({ converter, speakers: [one.provider, two.provider] });
    const speech = await voice.speak({ text: 'Good morning to everybody here.', format: 'aac', sampleRate: 22_050 }, never);
    expect(Buffer.from(await collect(speech.chunks)).equals(aac)).toBe(true);
    expect(one.provider.asked).toEqual([]);
    expect(two.provider.asked).toMatchObject([{ format: 'aac' }]);
    expect(speech).toMatchObject({ format: 'aac', sampleRate: 16_000 });
    expect(speech.trace.skipped).toEqual([{ provider: 'one', reason: 'it has no aac, and none can be made here' }]);
    expect(speech.warnings).toContainEqual(expect.objectContaining({ code: 'unsupported_option', param: 'sampleRate' }));
    await collect((await voice.speak({ text: 'Good morning to everybody here.', format: 'aac', sampleRate: 22_050 }, never)).chunks);
    expect(two.provider.asked).toHaveLength(1);
  });

  it.each(['Good morning to everybody here.', 'One sentence. '.repeat(100)])(
    'does not repeat that a provider has another rate: what comes has the one that was asked for',
    async (text) => {
      const warnings = ['sampleRate', 'pitch'].map((param) => ({ code: 'unsupported_option' as const, param, message: `No ${param}.` }));
      const provider = new FakeSpeechProvider('one');
      const plain = provider.speak.bind(provider);
      provider.speak = async (request, signal) => ({ ...(await plain(request, signal)), warnings });
      const speech = await createVoice({ converter, speakers: [provider] }).speak({ text, format: 'wav', sampleRate: 22_050 }, never);
      const bytes = Buffer.from(await collect(speech.chunks));
      expect([speech.sampleRate, bytes.readUInt32LE(24)]).toEqual([22_050, 22_050]);
      expect(speech.warnings).toMatchObject([{ param: 'pitch' }]);
    },
  );
});
