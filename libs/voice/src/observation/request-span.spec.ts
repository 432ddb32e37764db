import { AudioConverter } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace-node';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { completeFollowed, followedToJson } from '../sharing/followed-json.js';
import { collect } from '../streams/async-streams.js';
import type { SpeakRequest } from '../voice.types.js';
import { Account } from '../account.js';

const never = new AbortController().signal;
const TEXT = 'Hello there, this is private.';

describe('the spans of a request', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  const exporter = new InMemorySpanExporter();
  const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  beforeAll(() => provider.register());
  afterEach(() => exporter.reset());
  afterAll(async () => {
    await provider.shutdown();
    await converter.close();
  });

  function create(listeners: FakeTranscriptionProvider[] = []) {
    const speakers = [new FakeSpeechProvider('one'), new FakeSpeechProvider('two')];
    const voice = createVoice({ converter, speakers, listeners, options: { resilience: { retries: 0 } } });
    const speak = async (request: Partial<SpeakRequest> = {}) => {
      const speech = await voice.speak({ text: TEXT, format: 'pcm', sampleRate: 16_000, ...request }, never);
      return collect(speech.chunks);
    };
    return { voice, speakers, speak };
  }

  const named = (name: string) => exporter.getFinishedSpans().filter((span) => span.name === name);
  /** In the order in which they ended. */
  const below = (parent: ReadableSpan) =>
    exporter.getFinishedSpans().filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent.spanContext().spanId);
  const names = (spans: readonly ReadableSpan[]) => spans.map(({ name }) => name);
  const attempts = (spans: readonly ReadableSpan[]) =>
    spans
      .filter(({ name }) => name === 'attempt')
      .map(({ attributes }) => [attributes['gen_ai.provider.name'], attributes['error.type'], attributes['parlance.segment']]);

  it('are its plan, what the cache has, each attempt, and what is kept', async () => {
    const { speakers, speak } = create();
    speakers[0]!.failures.push(new ParlanceError('timeout', 'Too slow.', { provider: 'one' }));
    await trace.getTracer('test').startActiveSpan('caller', (span) => speak().finally(() => span.end()));
    const [request] = below(named('caller')[0]!);
    expect(request).toMatchObject({
      name: 'speak',
      status: { code: SpanStatusCode.UNSET },
      attributes: {
        'gen_ai.operation.name': 'text_to_speech',
        'gen_ai.output.type': 'speech',
        'gen_ai.provider.name': 'two',
        'parlance.cache': 'miss',
        'parlance.coalesced': false,
        'parlance.attempts': 2,
        'parlance.characters': TEXT.length,
      },
      events: [{ name: 'first audio' }],
    });
    const parts = below(request!);
    expect(names(parts)).toEqual(['plan', 'cache get', 'attempt', 'attempt', 'cache put']);
    expect(attempts(parts)).toEqual([
      ['one', 'timeout', 0],
      ['two', undefined, 0],
    ]);
    expect(parts.map(({ status }) => status.code === SpanStatusCode.ERROR)).toEqual([false, false, true, false, false]);
    const [first, second] = (parts[0]!.attributes['parlance.plan'] as string[]).map((entry) => entry.split('/')[0]);
    expect([first, second]).toEqual(['one', 'two']);
    expect(parts[1]!.attributes).toEqual({ 'parlance.cache.keys': 2, 'parlance.cache.found': 0 });
    expect(JSON.stringify(exporter.getFinishedSpans().map(({ attributes, events, status }) => [attributes, events, status]))).not.toMatch(
      /private|Too slow/,
    );
  });

  it('are one look into the cache where it was made before', async () => {
    const { speak } = create();
    await speak();
    exporter.reset();
    await speak();
    const [request] = named('speak');
    expect(names(below(request!))).toEqual(['plan', 'cache get']);
    expect(request?.attributes).toMatchObject({ 'parlance.cache': 'hit', 'parlance.attempts': 0 });
  });

  it('have the attempts of all passages, wherever they are read', async () => {
    const { voice } = create();
    const text = 'Here is a sentence. '.repeat(60);
    const { chunks } = await voice.speak({ text, format: 'pcm', sampleRate: 16_000, cache: false }, never);
    await trace.getTracer('test').startActiveSpan('reader', (span) => collect(chunks).finally(() => span.end()));
    const [request] = named('speak');
    const segments = new Set(attempts(below(request!)).map(([, , segment]) => segment));
    expect(segments.size).toBeGreaterThan(1);
    expect(segments.size).toBe(request?.attributes['parlance.segments']);
    expect(below(named('reader')[0]!)).toEqual([]);
  });

  it('lead to the request that does the work, where they share it', async () => {
    const { speak } = create();
    await Promise.all([speak(), speak()]);
    const [leader, follower] = named('speak').toSorted((one, other) => one.links.length - other.links.length);
    expect(attempts(below(leader!))).toHaveLength(1);
    expect(attempts(below(follower!))).toEqual([]);
    expect(follower?.attributes).toMatchObject({ 'parlance.cache': 'coalesced', 'parlance.coalesced': true });
    expect(follower?.links.map(({ context }) => context.spanId)).toEqual([leader?.spanContext().spanId]);
  });

  it('lead there from other processes, too', () => {
    const leader = new Account('speak');
    const known = JSON.parse(JSON.stringify(followedToJson(leader))) as ReturnType<typeof followedToJson>;
    const follower = new Account('speak');
    follower.follow(known);
    completeFollowed(known, followedToJson(leader));
    follower.finish();
    expect(named('speak')[0]?.links).toMatchObject([
      { context: { spanId: leader.spanContext?.spanId, traceId: leader.spanContext?.traceId } },
    ]);
  });

  it('say why it failed, and nothing of that where it was left', async () => {
    const { speakers, speak, voice } = create();
    for (const { failures } of speakers) failures.push(new ParlanceError('server', 'Broken.'));
    await expect(speak()).rejects.toThrow(ParlanceError);
    await expect(speak({ text: '...' })).rejects.toThrow(ParlanceError);
    const leaving = AbortSignal.abort();
    await expect(voice.speak({ text: TEXT }, leaving)).rejects.toThrow(ParlanceError);
    expect(named('speak').map(({ attributes, status }) => [attributes['error.type'], status])).toEqual([
      ['unavailable', { code: SpanStatusCode.ERROR }],
      ['invalid', { code: SpanStatusCode.ERROR }],
      ['aborted', { code: SpanStatusCode.UNSET }],
    ]);
  });

  it('are the same of a recording', async () => {
    const { voice } = create([new FakeTranscriptionProvider('ears')]);
    await voice.transcribe({ audio: spokenAudio('wav') }, never);
    const [request] = named('transcribe');
    expect(request?.attributes).toMatchObject({ 'gen_ai.operation.name': 'speech_to_text', 'gen_ai.provider.name': 'ears' });
    expect(names(below(request!))).toEqual(['plan', 'cache get', 'attempt', 'cache put']);
  });
});
