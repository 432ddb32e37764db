import { AudioConverter } from '@parlance/audio';
import { ProviderFactory, type ProviderAccount } from '@parlance/providers';
import { jsonBody, OPENAI_KEY, parseMultipart, startOpenaiStandIn, type CapturedRequest, type StandIn } from '@parlance/testing';
import { createVoice } from './__fixtures__/create-voice.js';
import { Upstreams } from './resilience/upstreams.js';
import { collect } from './streams/async-streams.js';
import type { SpeakRequest } from './voice.types.js';
import type { PlanEntry } from './plan/plan.types.js';

const never = new AbortController().signal;
/** What is given back is closed a moment later. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
const down = { kind: 'reply', status: 500, body: '' } as const;

describe('VoiceService, with preferences in the plan', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let one: StandIn;
  let two: StandIn;
  let factory: ProviderFactory;
  let audio: Uint8Array;
  beforeAll(async () => {
    [one, two] = await Promise.all([startOpenaiStandIn(), startOpenaiStandIn()]);
    audio = await converter.encode({ samples: new Float32Array(16_000).fill(0.1), sampleRate: 16_000 }, { format: 'wav' }, never);
  });
  afterEach(async () => {
    one.reset();
    two.reset();
    await factory.close();
  });
  afterAll(async () => {
    await Promise.all([one.close(), two.close(), converter.close()]);
  });

  const account = (name: string, { url }: StandIn, apiKey = OPENAI_KEY): ProviderAccount => ({
    name,
    provider: 'openai-compatible',
    options: { baseUrl: `${url}/v1`, apiKey },
  });

  const setUp = (accounts: readonly ProviderAccount[]) => {
    factory = new ProviderFactory({ accounts });
    const options = { resilience: { retries: 0, breaker: { consecutiveFailures: 1 } }, models: { usual: { two: 'tts-1-hd' } } };
    const upstreams = new Upstreams(factory, options);
    const voice = createVoice({ converter, factory, options, upstreams });
    const speak = async (providers: readonly PlanEntry[], changes: Partial<SpeakRequest> = {}) => {
      const speech = await voice.speak({ text: 'Hello there.', providers, ...changes }, never);
      await collect(speech.chunks);
      return speech;
    };
    return { voice, speak, upstreams };
  };
  const spoken = ({ calls }: StandIn) => calls.map((call) => jsonBody(call));
  const heard = async ({ calls }: StandIn) =>
    Promise.all(calls.map(async (call) => Object.fromEntries((await parseMultipart(call)).fields)));
  const keysOf = ({ calls }: StandIn) => calls.map(({ headers }: CapturedRequest) => headers.authorization);

  it('asks a provider that is named twice once, where it stands first', async () => {
    const { speak } = setUp([account('one', one), account('two', two)]);
    const { trace } = await speak(['one', 'two', 'one']);
    expect(trace).toMatchObject({ servedBy: { provider: 'one' }, plan: [{ provider: 'one' }, { provider: 'two' }] });
    expect(trace.plan).toHaveLength(2);
  });

  it('asks each provider for its own model, voice, speed and options, one after the other', async () => {
    const { speak } = setUp([account('one', one), account('two', two)]);
    const plan: PlanEntry[] = [
      { name: 'one', speech: { model: 'tts-1', voice: 'nova', speed: 1.25, options: { stream_format: 'audio' } } },
      { name: 'two', speech: { model: 'usual', voice: 'onyx', speed: 0.75 } },
    ];
    one.fail(down);
    const { trace } = await speak(plan);
    expect(spoken(one)).toMatchObject([{ model: 'tts-1', voice: 'nova', speed: 1.25, stream_format: 'audio' }]);
    expect(spoken(two)).toMatchObject([{ model: 'tts-1-hd', voice: 'onyx', speed: 0.75 }]);
    expect(spoken(two)[0]).not.toHaveProperty('stream_format');
    expect(trace.plan).toMatchObject([
      { provider: 'one', model: 'tts-1', voice: 'nova' },
      { provider: 'two', model: 'tts-1-hd', voice: 'onyx' },
    ]);
    await speak(plan, { voice: 'echo', speed: 1, cache: false });
    expect(spoken(two)[1]).toMatchObject({ model: 'tts-1-hd', voice: 'echo' });
    expect(spoken(two)[1]).not.toHaveProperty('speed');
  });

  it('asks each provider to listen in its own way', async () => {
    const { voice } = setUp([account('one', one), account('two', two)]);
    one.fail(down);
    const providers: PlanEntry[] = [
      { name: 'one', transcription: { model: 'whisper-1', language: 'de', options: { timestamp_granularities: ['segment'] } } },
      { name: 'two', transcription: { model: 'gpt-4o-transcribe', language: 'fr', maximumSeconds: 1 } },
    ];
    const { trace } = await voice.transcribe({ audio, providers, prompt: 'Parlance' }, never);
    expect(await heard(one)).toMatchObject([
      { model: ['whisper-1'], language: ['de'], prompt: ['Parlance'], 'timestamp_granularities[]': ['segment'] },
    ]);
    expect(await heard(two)).toMatchObject([{ model: ['gpt-4o-transcribe'], language: ['fr'], prompt: ['Parlance'] }]);
    expect(trace.servedBy).toEqual({ provider: 'two', model: 'gpt-4o-transcribe' });
    const long = [{ name: 'two', transcription: { maximumSeconds: 1 } }];
    const doubled = await converter.encode({ samples: new Float32Array(32_000), sampleRate: 16_000 }, { format: 'wav' }, never);
    await expect(voice.transcribe({ audio: doubled, providers: long }, never)).rejects.toMatchObject({ code: 'too_large', param: 'file' });
  });

  it("takes an account of the asker's own to its own address, with its own key, breaker and cache", async () => {
    const { speak, upstreams } = setUp([account('one', one, 'sk-of-the-house')]);
    const own = { name: 'one', account: { baseUrl: `${two.url}/v1`, apiKey: OPENAI_KEY } };
    await expect(speak(['one'])).rejects.toMatchObject({ code: 'auth' });
    expect(keysOf(one)).toEqual(['Bearer sk-of-the-house']);
    // The breaker of the house is open by now.
    const first = await speak([own]);
    expect(first.trace).toMatchObject({ cache: 'miss', servedBy: { provider: 'one' }, skipped: [] });
    expect([one.calls.length, keysOf(two)]).toEqual([1, [`Bearer ${OPENAI_KEY}`]]);
    expect(
      upstreams
        .report('one')
        .map(({ breaker }) => breaker.state)
        .toSorted(),
    ).toEqual(['closed', 'open']);
    expect((await speak([own])).trace.cache).toBe('hit');
    // What was made with it is for nobody who asks with another.
    await expect(speak(['one'])).rejects.toMatchObject({ code: 'unavailable' });
    two.fail(down);
    await expect(speak([own], { text: 'Another text.' })).rejects.toMatchObject({ code: 'server' });
    // One that is pinned is asked with the account of its entry, too.
    expect((await speak([own], { model: 'one/tts-1', text: 'Pinned.' })).trace.servedBy).toEqual({
      provider: 'one',
      model: 'tts-1',
      voice: 'alloy',
    });
    expect(one.calls).toHaveLength(1);
  });

  it('sends the key of the house to no other address', async () => {
    const { speak } = setUp([account('one', one)]);
    const providers = [{ name: 'one', account: { baseUrl: `${two.url}/v1` } }];
    await expect(speak(providers)).rejects.toMatchObject({ code: 'auth' });
    expect(keysOf(two)).toEqual([undefined]);
  });

  it('shares an instance between requests with the same account, and keeps those of others apart', async () => {
    const { speak, voice } = setUp([account('one', one)]);
    const borrowed = jest.spyOn(factory, 'borrowAs');
    const own = (apiKey: string) => [{ name: 'one', account: { baseUrl: `${two.url}/v1`, apiKey } }];
    await speak(own(OPENAI_KEY));
    await speak(own(OPENAI_KEY), { text: 'Again.' });
    await expect(speak(own('sk-of-another'), { text: 'Again.' })).rejects.toMatchObject({ code: 'auth' });
    const providers = borrowed.mock.results.map(({ value }) => (value as ReturnType<ProviderFactory['borrowAs']>).provider);
    expect(new Set(providers).size).toBe(2);
    const transcription = await voice.transcribe({ audio, providers: own(OPENAI_KEY) }, never);
    expect(transcription.trace.cache).toBe('miss');
    await expect(voice.transcribe({ audio, providers: own('sk-of-another') }, never)).rejects.toMatchObject({ code: 'auth' });
  });

  it('gives back what it has borrowed when the audio has been read or left, and when a recording is heard', async () => {
    const { voice, speak } = setUp([account('one', one)]);
    const borrow = factory.borrowAs.bind(factory);
    let onLoan = 0;
    jest.spyOn(factory, 'borrowAs').mockImplementation((name, own) => {
      const loan = borrow(name, own);
      onLoan++;
      return { provider: loan.provider, release: () => loan.release().finally(() => onLoan--) };
    });
    const providers = [{ name: 'one', account: { apiKey: OPENAI_KEY, organization: 'own' } }];
    const reading = await voice.speak({ text: 'Hello.', providers }, never);
    // One of them is kept for the next request.
    expect(onLoan).toBe(2);
    await collect(reading.chunks);
    await settled();
    expect(onLoan).toBe(1);
    expect((await speak(providers, { text: 'Hello.' })).trace.cache).toBe('hit');
    const leaving = new AbortController();
    const left = await voice.speak({ text: 'Good bye.', providers, cache: false }, leaving.signal);
    expect([left.trace.cache, onLoan]).toEqual(['off', 2]);
    leaving.abort();
    await settled();
    expect(onLoan).toBe(1);
    await voice.transcribe({ audio, providers }, never);
    one.fail(down);
    await expect(speak(providers, { text: 'Fails.' })).rejects.toMatchObject({ code: 'server' });
    await expect(speak([...providers, { name: 'none', speech: {} }])).rejects.toMatchObject({ code: 'not_found' });
    await settled();
    expect(onLoan).toBe(1);
  });

  it('names options that an account cannot have, and no value', async () => {
    const { speak } = setUp([account('one', one)]);
    const wrong = speak([{ name: 'one', account: { server: 'sk-secret', nonsense: 'sk-secret' } }]);
    await expect(wrong).rejects.toMatchObject({ code: 'invalid', message: expect.stringMatching(/server.*nonsense|nonsense.*server/) });
    await expect(wrong).rejects.not.toMatchObject({ message: expect.stringContaining('sk-secret') });
    await expect(speak([{ name: 'nobody', account: {} }])).rejects.toMatchObject({ code: 'not_found' });
    await expect(speak(['one', { name: 'two', speech: { speed: 9 } }])).rejects.toMatchObject({ param: 'providers[1].speech.speed' });
  });
});
