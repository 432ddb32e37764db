import { setImmediate as untilKept } from 'node:timers/promises';
import { AudioConverter, sniffFormat } from '@parlance/audio';
import { AbortedError, ParlanceError, UnsupportedError } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeSpeechProvider } from './__fixtures__/fake-providers.js';
import { collect } from './streams/async-streams.js';
import type { SpeakRequest } from './voice.types.js';

const others = Array.from({ length: 40 }, (_, index) => `Number ${index} follows that.`);
const longText = `First sentence here. Second sentence there. ${others.join(' ')} `;

describe('VoiceService.speak', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  const setUp = (...speakers: FakeSpeechProvider[]) => {
    const voice = createVoice({ converter, speakers, options: { voices: { alloy: {} }, resilience: { retries: 0 } } });
    const speak = async (request: SpeakRequest, signal = new AbortController().signal) => {
      const speech = await voice.speak(request, signal);
      return { speech, bytes: await collect(speech.chunks) };
    };
    return { voice, speak };
  };

  it('passes through what the provider makes in the format asked for', async () => {
    const provider = new FakeSpeechProvider('one', { formats: ['mp3'] });
    const { speak } = setUp(provider);
    const { speech, bytes } = await speak({ text: 'Hello there.', format: 'mp3' });
    expect(bytes).toEqual(spokenAudio('mp3'));
    expect(speech).toMatchObject({ format: 'mp3', mediaType: 'audio/mpeg', sampleRate: 16_000, usage: { characters: 12 }, warnings: [] });
    expect(speech.trace).toMatchObject({
      operation: 'speak',
      cache: 'miss',
      segments: 1,
      plan: [{ provider: 'one', model: 'one-model', voice: 'one-voice' }],
      attempts: [{ provider: 'one', segment: 0, outcome: 'ok' }],
      servedBy: { provider: 'one' },
      totalMilliseconds: expect.any(Number),
    });
  });

  it('encodes what the provider has no format for, and resamples raw pcm', async () => {
    const { speak } = setUp(new FakeSpeechProvider('one'));
    const { bytes: wav } = await speak({ text: 'Hello there.', format: 'wav' });
    expect(sniffFormat(wav)).toBe('wav');
    const { bytes: raw } = await speak({ text: 'Hello there.', format: 'pcm' });
    const { bytes: own } = await speak({ text: 'Hello there.', format: 'pcm', sampleRate: 16_000 });
    expect(own.length).toBe(2400);
    expect(Math.abs(raw.length - 3600)).toBeLessThanOrEqual(64);
  });

  it.each([
    ['mp3', ['mp3'], 44_100, 44_100],
    ['mp3', ['mp3', 'pcm'], 44_100, 44_100],
    ['opus', ['opus'], 22_050, 24_000],
    ['opus', ['pcm'], 22_050, 24_000],
  ] as const)('gives %s of a provider with %p at %d Hz', async (format, formats, sampleRate, served) => {
    const provider = new FakeSpeechProvider('one', { formats });
    const { speak } = setUp(provider);
    const { speech, bytes } = await speak({ text: 'Hello there.', format, sampleRate });
    expect(speech).toMatchObject({ format, sampleRate: served });
    const decoded = await converter.decode(bytes, {}, new AbortController().signal);
    // The fake's samples are a fraction of a second; its recordings are two.
    expect(Math.abs(decoded.duration - (provider.asked[0]!.format === 'pcm' ? 0.075 : 2.1))).toBeLessThan(0.1);
    const clipped = { code: 'clipped', param: 'sampleRate', message: expect.stringContaining('24000') };
    expect(speech.warnings).toEqual(served === sampleRate ? [] : [clipped]);
  });

  it('answers the second request from the cache, free of charge and in one body', async () => {
    const provider = new FakeSpeechProvider('one');
    const { speak } = setUp(provider);
    const { bytes } = await speak({ text: 'Hello there.', format: 'wav' });
    const again = await speak({ text: ' Hello  there. ', format: 'wav' });
    expect(provider.asked).toHaveLength(1);
    expect(again.speech.bytes).toEqual(again.bytes);
    expect(again.bytes).toHaveLength(bytes.length);
    expect(again.speech).toMatchObject({ usage: {}, trace: { cache: 'hit', attempts: [], servedBy: { provider: 'one' } } });
    // A streamed wav cannot know its length; the one that was kept does.
    expect(Buffer.from(again.bytes).readUInt32LE(4)).toBe(again.bytes.length - 8);
  });

  it.each([
    ['speed', { speed: 2 }],
    ['format', { format: 'flac' }],
    ['sample rate', { sampleRate: 8000 }],
    ['pitch', { pitch: 1 }],
    ['tenant', { tenant: 'another' }],
    ['text', { text: 'Hello where.' }],
    ['options', { options: { a: 1 } }],
  ] as [string, Partial<SpeakRequest>][])('makes anew what differs in %s', async (_, difference) => {
    const range = { min: -100, max: 100 };
    const provider = new FakeSpeechProvider('one', { speed: range, pitch: range });
    const { speak } = setUp(provider);
    await speak({ text: 'Hello there.', format: 'wav' });
    const { speech } = await speak({ text: 'Hello there.', format: 'wav', ...difference });
    expect(speech.trace.cache).toBe('miss');
    expect(provider.asked).toHaveLength(2);
  });

  it('neither reads nor writes the cache when told so', async () => {
    const provider = new FakeSpeechProvider('one');
    const { speak } = setUp(provider);
    await speak({ text: 'Hello there.', cache: false });
    await speak({ text: 'Hello there.' });
    const { speech } = await speak({ text: 'Hello there.', cache: false });
    expect(speech.trace.cache).toBe('off');
    expect(provider.asked).toHaveLength(3);
  });

  it('makes twenty equal requests at once only once, and gives all the same bytes', async () => {
    const provider = new FakeSpeechProvider('one');
    const { speak } = setUp(provider);
    const all = await Promise.all(Array.from({ length: 20 }, () => speak({ text: 'Hello there.', format: 'wav' })));
    expect(provider.asked).toHaveLength(1);
    for (const { bytes } of all) expect(bytes).toEqual(all[0]!.bytes);
    const states = all.map(({ speech }) => speech.trace.cache).toSorted();
    expect(states).toEqual([...Array<string>(19).fill('coalesced'), 'miss']);
    const paid = all.filter(({ speech }) => speech.usage.characters !== undefined);
    expect(paid).toHaveLength(1);
    expect(all.every(({ speech }) => speech.trace.servedBy?.provider === 'one')).toBe(true);
  });

  it('never mixes two texts', async () => {
    const { speak } = setUp(new FakeSpeechProvider('one', { formats: ['pcm'] }));
    const texts = ['Alpha.', 'Beta.', 'Gamma.', 'Delta.'];
    const all = await Promise.all(texts.map((text) => speak({ text, format: 'pcm', sampleRate: 16_000 })));
    for (const [index, { bytes }] of all.entries()) expect(new Set(bytes)).toEqual(new Set([texts[index]!.codePointAt(0)]));
  });

  it('forgets one entry, a provider or an agent', async () => {
    const provider = new FakeSpeechProvider('one');
    const { voice, speak } = setUp(provider);
    const ask = async (text: string, agent: string) => (await speak({ text, format: 'wav', agent })).speech.trace;
    const { cacheKey } = await ask('Hello there.', 'anna');
    await ask('Good bye.', 'bert');
    expect(await voice.forget({ key: cacheKey! })).toBe(1);
    expect((await ask('Hello there.', 'anna')).cache).toBe('miss');
    expect(await voice.forget({ agent: 'anna' })).toBe(1);
    expect((await ask('Good bye.', 'bert')).cache).toBe('hit');
    expect((await ask('Hello there.', 'anna')).cache).toBe('miss');
    expect(await voice.forget({ provider: 'one' })).toBe(2);
    expect((await ask('Good bye.', 'bert')).cache).toBe('miss');
    expect(await voice.forget({ provider: 'none' })).toBe(0);
  });

  it('goes on to the next provider before the first byte, and forgets the detour once the first is back', async () => {
    const one = new FakeSpeechProvider('one');
    const two = new FakeSpeechProvider('two');
    const { speak } = setUp(one, two);
    one.failures.push(new ParlanceError('server', 'down'), 'empty');
    const first = await speak({ text: 'Hello there.', format: 'wav' });
    expect(first.speech.trace.attempts.map(({ provider, outcome }) => `${provider}: ${outcome}`)).toEqual(['one: server', 'two: ok']);
    const second = await speak({ text: 'Hello there.', format: 'wav' });
    // The detour's own audio stands in for asking it again.
    expect(second.speech.trace).toMatchObject({
      cache: 'partial',
      servedBy: { provider: 'two' },
      attempts: [{ provider: 'one', outcome: 'empty' }],
    });
    await untilKept();
    const third = await speak({ text: 'Hello there.', format: 'wav' });
    expect(third.speech.trace.servedBy?.provider).toBe('one');
    expect(two.asked).toHaveLength(1);
  });

  it('reports the only failure as it is, and several as one error without their words', async () => {
    const one = new FakeSpeechProvider('one');
    const two = new FakeSpeechProvider('two');
    one.failures.push(new ParlanceError('quota', 'no money'));
    await expect(setUp(one).speak({ text: 'Hello.' })).rejects.toMatchObject({ code: 'quota', message: 'no money' });
    one.failures.push(new ParlanceError('quota', 'secret'));
    two.failures.push('empty');
    await expect(setUp(one, two).speak({ text: 'Hello.' })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Every provider of the plan has failed (one: quota, two: empty). Try again later.',
    });
  });

  it('breaks the stream when a provider does, and keeps nothing of it', async () => {
    const one = new FakeSpeechProvider('one', { formats: ['mp3'] });
    one.failures.push('cut');
    const { speak } = setUp(one);
    await expect(speak({ text: 'Hello there.', format: 'mp3' })).rejects.toMatchObject({ code: 'server' });
    const { speech } = await speak({ text: 'Hello there.', format: 'mp3' });
    expect(speech.trace.cache).toBe('miss');
  });

  it('tells of each passage of a long text that is made', async () => {
    const { speak } = setUp(new FakeSpeechProvider('one'));
    const told: [number, number][] = [];
    const onPiece = (made: number, of: number) => told.push([made, of]);
    const text = 'First sentence. ' + 'Second one. '.repeat(200);
    const { speech } = await speak({ text, format: 'pcm', sampleRate: 16_000, onPiece });
    const { segments } = speech.trace;
    expect(segments).toBeGreaterThan(2);
    expect(told).toEqual(Array.from({ length: segments }, (_, index) => [index + 1, segments]));
  });

  it('speaks a long text piece by piece, in order, and remembers the pieces', async () => {
    const provider = new FakeSpeechProvider('one');
    const { speak } = setUp(provider);
    const { speech, bytes } = await speak({ text: longText, format: 'pcm', sampleRate: 16_000 });
    const pieces = provider.asked.map(({ text }) => text);
    expect(pieces[0]).toBe('First sentence here.');
    expect(pieces.join(' ')).toBe(longText.trim());
    expect(speech.trace.segments).toBe(pieces.length);
    const characters = pieces.reduce((sum, piece) => sum + piece.length, 0);
    expect(speech.trace.pieces?.[2]?.startSeconds).toBeCloseTo((pieces[0]!.length + pieces[1]!.length) / 160, 2);
    expect(Math.abs(bytes.length - characters * 200)).toBeLessThanOrEqual(64);
    expect([...bytes.subarray(0, 2)]).toEqual([70, 70]);

    const changed = await speak({ text: longText.replace('First', 'Third'), format: 'pcm', sampleRate: 16_000 });
    expect(provider.asked).toHaveLength(pieces.length + 1);
    expect(changed.speech.trace.cache).toBe('partial');
  });

  it('lets the next provider take over at the next sentence', async () => {
    const one = new FakeSpeechProvider('one');
    const two = new FakeSpeechProvider('two');
    const { speak } = setUp(one, two);
    const third = longText.length;
    const before = one.speak.bind(one);
    one.speak = async (request, signal) => {
      if (!request.text.startsWith('First')) one.failures.push(new ParlanceError('timeout', 'gone'));
      return before(request, signal);
    };
    const { speech, bytes } = await speak({ text: longText, format: 'pcm', sampleRate: 16_000 });
    const spoken = [...one.asked.slice(0, 1), ...two.asked].map(({ text }) => text);
    expect(spoken.toSorted((a, b) => longText.indexOf(a) - longText.indexOf(b)).join(' ')).toBe(longText.trim());
    expect(bytes.length).toBeGreaterThan(third * 190);
    // What was begun together has failed together; after that the first is not asked any more.
    expect(speech.trace.attempts.filter(({ outcome }) => outcome === 'timeout').length).toBeLessThanOrEqual(2);
    // Nobody made the whole alone, so it is kept for nobody.
    expect((await speak({ text: longText, format: 'pcm', sampleRate: 16_000 })).speech.trace.cache).toBe('partial');
  });

  it('leaves out what nobody can speak, and says so; a text of nothing else is refused', async () => {
    const provider = new FakeSpeechProvider('one');
    const { speak } = setUp(provider);
    const before = provider.speak.bind(provider);
    provider.speak = async (request, signal) => {
      if (request.text.includes('Третье'))
        provider.failures.push(new UnsupportedError('not my script', 'input', { reason: 'nothing_speakable' }));
      return before(request, signal);
    };
    const text = 'First sentence. ' + 'Second one. '.repeat(40) + '\n' + 'Третье предложение. '.repeat(30);
    const { speech, bytes } = await speak({ text, format: 'pcm', sampleRate: 16_000 });
    expect(bytes.length).toBeGreaterThan(50_000);
    expect(speech.warnings).toMatchObject([{ code: 'partial' }]);
    // What is not whole is not kept as if it were.
    expect((await speak({ text, format: 'pcm', sampleRate: 16_000 })).speech.trace.cache).toBe('partial');
    await expect(speak({ text: 'Третье предложение. '.repeat(30), format: 'wav' })).rejects.toMatchObject({ message: 'not my script' });
  });

  it('stops asking when the listener leaves', async () => {
    const provider = new FakeSpeechProvider('one');
    const { voice } = setUp(provider);
    const controller = new AbortController();
    const speech = await voice.speak({ text: longText.repeat(10), format: 'wav', cache: false }, controller.signal);
    await expect(
      (async () => {
        for await (const chunk of speech.chunks) if (chunk.length > 0) controller.abort();
      })(),
    ).rejects.toThrow(AbortedError);
    const asked = provider.asked.length;
    expect(asked).toBeLessThan(20);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(provider.asked).toHaveLength(asked);
  });

  it('ends the provider only when the last of those who share has left', async () => {
    const provider = new FakeSpeechProvider('one');
    let release = () => {};
    provider.hold = new Promise((resolve) => {
      release = resolve;
    });
    const { speak } = setUp(provider);
    const leaving = new AbortController();
    const left = speak({ text: 'Hello there.' }, leaving.signal);
    const stays = speak({ text: 'Hello there.' });
    leaving.abort();
    await expect(left).rejects.toThrow(AbortedError);
    expect(provider.aborted).toBe(0);
    release();
    expect((await stays).bytes.length).toBeGreaterThan(0);
    expect(provider.asked).toHaveLength(1);
  });

  it('refuses a format that cannot be made here before anyone is asked', async () => {
    const provider = new FakeSpeechProvider('one');
    await expect(setUp(provider).speak({ text: 'Hello.', format: 'aac' })).rejects.toMatchObject({
      code: 'unsupported',
      param: 'format',
      message: expect.stringContaining('mp3'),
    });
    expect(provider.asked).toHaveLength(0);
  });
});
