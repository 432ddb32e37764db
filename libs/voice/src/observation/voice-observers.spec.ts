import { AudioConverter } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { collect } from '../streams/async-streams.js';
import type { SpeakRequest } from '../voice.types.js';
import { VoiceObservers, type VoiceNews } from './voice-observers.js';

const never = new AbortController().signal;

describe('what VoiceService tells of requests', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  function create(parts: { speakers?: FakeSpeechProvider[]; listeners?: FakeTranscriptionProvider[]; characters?: number } = {}) {
    const { speakers = [new FakeSpeechProvider('one'), new FakeSpeechProvider('two')], listeners = [], characters } = parts;
    const observers = new VoiceObservers();
    const news: VoiceNews[] = [];
    observers.subscribe((one) => news.push(one));
    const budgets = characters === undefined ? {} : { budgets: { '*': { charactersPerDay: characters } } };
    const voice = createVoice({ converter, speakers, listeners, observers, options: { resilience: { retries: 0 }, ...budgets } });
    const speak = async (request: Partial<SpeakRequest> = {}, signal = never) => {
      const speech = await voice.speak({ text: 'Hello there.', format: 'pcm', sampleRate: 16_000, ...request }, signal);
      return collect(speech.chunks);
    };
    const told = <Type extends VoiceNews['type']>(type: Type) =>
      news.filter((one): one is Extract<VoiceNews, { type: Type }> => one.type === type);
    const ends = () => told('request').map(({ outcome, trace }) => [trace.operation, outcome, trace.cache, trace.servedBy?.provider]);
    const attempts = () => told('attempt').map(({ attempt }) => [attempt.provider, attempt.outcome]);
    return { voice, observers, speakers, speak, told, ends, attempts };
  }

  it('tells once of each that is made, and of one from the cache although nobody reads it piece by piece', async () => {
    const { voice, speak, ends, attempts, told } = create();
    await speak();
    const { bytes } = await voice.speak({ text: 'Hello there.', format: 'pcm', sampleRate: 16_000 }, never);
    expect(bytes?.length).toBeGreaterThan(0);
    expect(ends()).toEqual([
      ['speak', 'ok', 'miss', 'one'],
      ['speak', 'ok', 'hit', 'one'],
    ]);
    expect(attempts()).toEqual([['one', 'ok']]);
    expect(told('request').map(({ usage }) => usage)).toEqual([{ characters: 12 }, {}]);
    for (const { trace } of told('request')) expect(trace.totalMilliseconds).toEqual(expect.any(Number));
    expect(told('usage').map(({ name, counts }) => [name.provider, counts.requests, counts.cached, counts.characters])).toEqual([
      ['one', 1, undefined, 12],
      ['one', 1, 1, undefined],
    ]);
  });

  it('tells of attempts when they end, and of those that share them nothing more', async () => {
    const { speakers, speak, ends, attempts } = create();
    speakers[0]!.failures.push(new ParlanceError('timeout', 'Too slow.', { provider: 'one' }));
    await Promise.all([speak(), speak()]);
    expect(attempts()).toEqual([
      ['one', 'timeout'],
      ['two', 'ok'],
    ]);
    expect(ends()).toHaveLength(2);
    expect(ends()).toEqual(
      expect.arrayContaining([
        ['speak', 'ok', 'coalesced', 'two'],
        ['speak', 'ok', 'miss', 'two'],
      ]),
    );
  });

  it.each([
    ['nothing to speak', { text: '...' }, 'invalid'],
    ['a model that is not there', { model: 'nobody/nothing' }, 'not_found'],
  ])('tells of %s', async (_what, request, outcome) => {
    const { speak, ends, told, attempts } = create();
    await expect(speak(request)).rejects.toThrow(ParlanceError);
    expect(ends()).toEqual([['speak', outcome, 'miss', undefined]]);
    expect(told('request')[0]?.trace.plan).toEqual([]);
    expect(attempts()).toEqual([]);
  });

  it('tells why nobody could serve, and which budget was spent', async () => {
    const { speakers, speak, ends, attempts } = create();
    for (const { failures } of speakers) failures.push(new ParlanceError('server', 'Broken.'));
    await expect(speak()).rejects.toThrow(ParlanceError);
    expect(ends()).toEqual([['speak', 'unavailable', 'miss', undefined]]);
    expect(attempts()).toEqual([
      ['one', 'server'],
      ['two', 'server'],
    ]);
    const poor = create({ characters: 1 });
    await expect(poor.speak()).rejects.toThrow(ParlanceError);
    expect(poor.told('request')).toMatchObject([{ outcome: 'quota', reason: 'budget_exceeded' }]);
  });

  it('tells of audio that breaks off', async () => {
    const { speakers, speak, ends, attempts, told } = create();
    speakers[0]!.failures.push('cut');
    await expect(speak({ text: 'word '.repeat(100) })).rejects.toThrow('cut');
    expect(ends()).toEqual([['speak', 'server', 'miss', 'one']]);
    expect(attempts()).toEqual([['one', 'ok']]);
    const { startMilliseconds, milliseconds, brokenMilliseconds } = told('request')[0]!.trace.attempts[0]!;
    expect(brokenMilliseconds).toBeGreaterThanOrEqual(startMilliseconds + milliseconds - 1);
    expect(told('broken')).toMatchObject([{ operation: 'speak', outcome: 'server', candidate: { provider: 'one' } }]);
  });

  it('tells of a request which it is, whose it is and when it began; what was said only when asked', async () => {
    const { voice, told } = create({ listeners: [new FakeTranscriptionProvider('ears')] });
    const origin = { requestId: 'req_1', route: '/v1/audio/speech' };
    const request = { text: 'Hello there.', tenant: 'acme', agent: 'anna', origin };
    const before = Date.now();
    const { chunks } = await voice.speak(request, never);
    await collect(chunks);
    const { text } = await voice.transcribe({ audio: spokenAudio('wav') }, never);
    const [spoken, heard] = told('request');
    expect(spoken).toMatchObject({ tenant: 'acme', agent: 'anna', origin });
    expect(spoken!.began.getTime()).toBeGreaterThanOrEqual(before);
    expect(heard).toMatchObject({ tenant: 'default' });
    expect(heard).not.toHaveProperty('origin');
    expect(JSON.stringify([spoken, heard])).not.toContain('Hello');
    expect([spoken!.content(), heard!.content()]).toEqual([{ text: 'Hello there.' }, { transcript: text }]);
  });

  it('tells of a caller who leaves in the middle, or before anything was read', async () => {
    const { voice, ends } = create();
    const first = await voice.speak({ text: 'Read a little.', cache: false }, never);
    for await (const _chunk of first.chunks) break;
    const leaving = new AbortController();
    await voice.speak({ text: 'Never read.', cache: false }, leaving.signal);
    expect(ends()).toEqual([['speak', 'aborted', 'off', 'one']]);
    leaving.abort();
    expect(ends()).toEqual([
      ['speak', 'aborted', 'off', 'one'],
      ['speak', 'aborted', 'off', 'one'],
    ]);
  });

  it('tells of transcripts, and of recordings that are refused or that nobody understands', async () => {
    const listeners = [new FakeTranscriptionProvider('ears')];
    const { voice, ends } = create({ speakers: [], listeners });
    await voice.transcribe({ audio: spokenAudio('wav') }, never);
    await expect(voice.transcribe({ audio: new Uint8Array() }, never)).rejects.toThrow(ParlanceError);
    listeners[0]!.failures.push(new ParlanceError('invalid', 'No.'));
    await expect(voice.transcribe({ audio: spokenAudio('wav'), cache: false }, never)).rejects.toThrow(ParlanceError);
    expect(ends()).toEqual([
      ['transcribe', 'ok', 'miss', 'ears'],
      ['transcribe', 'invalid', 'miss', undefined],
      ['transcribe', 'invalid', 'off', undefined],
    ]);
  });
});
