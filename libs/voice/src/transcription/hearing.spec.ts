import { ParlanceError, type Transcript, type TranscriptionRequest, type TranscriptSegment } from '@parlance/contracts';
import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { Hearing } from './hearing.js';
import type { RecordingPart } from './recording-forms.js';

const never = new AbortController().signal;
const ignore = () => undefined;
const parts: RecordingPart[] = [0, 2, 4].map((offset) => ({
  offset,
  load: () => Promise.resolve({ bytes: new Uint8Array(), format: 'pcm', sampleRate: 16_000, duration: 2 }),
}));

describe('Hearing', () => {
  const setUp = (wish = {}, capabilities = {}) => {
    const provider = new FakeTranscriptionProvider('one', capabilities);
    provider.transcript = { text: 'word', segments: [{ start: 0.5, end: 1, text: 'word' }] };
    return { provider, hearing: new Hearing({ provider, model: 'm', warnings: [] }, wish, parts, () => undefined) };
  };

  it('hears part after part, with times of the whole, and tells of every sign of life', async () => {
    const { hearing, provider } = setUp();
    const segments: TranscriptSegment[] = [];
    let signs = 0;
    const transcript = await hearing.hear(
      (segment) => segments.push(segment),
      () => signs++,
      never,
    );
    expect(transcript).toMatchObject({ text: 'word word word', duration: 6, usage: { seconds: 6 } });
    expect(segments.map(({ start }) => start)).toEqual([0.5, 2.5, 4.5]);
    expect([provider.asked.length, signs]).toEqual([3, 6]);
  });

  it('goes on where it failed when it is asked again', async () => {
    const { hearing, provider } = setUp();
    const plain = provider.transcribe.bind(provider);
    provider.transcribe = async (request, signal) => {
      if (provider.asked.length === 1) provider.failures.push(new ParlanceError('server', 'down'));
      return plain(request, signal);
    };
    await expect(hearing.hear(ignore, ignore, never)).rejects.toMatchObject({ code: 'server' });
    expect(provider.asked).toHaveLength(2);
    await expect(hearing.hear(ignore, ignore, never)).resolves.toMatchObject({
      text: 'word word word',
      duration: 6,
      usage: { seconds: 6 },
    });
    expect(provider.asked).toHaveLength(4);
  });

  it('asks for what the provider can do only', async () => {
    const wish = { prompt: 'names', temperature: 0.5 };
    const plain = setUp(wish);
    await plain.hearing.hear(ignore, ignore, never);
    expect(plain.provider.asked[0]).not.toHaveProperty('prompt');
    expect(plain.provider.asked[0]).not.toHaveProperty('temperature');
    const able = setUp(wish, { prompt: true, temperature: true });
    await able.hearing.hear(ignore, ignore, never);
    expect(able.provider.asked[0]).toMatchObject(wish);
  });

  it('takes nothing of a call that was given up: no part twice, no piece of it, and no further call', async () => {
    const { hearing, provider } = setUp();
    const plain = provider.transcribe.bind(provider);
    let first: { request: TranscriptionRequest; answer: (transcript: Transcript) => void } | undefined;
    provider.transcribe = async (request, signal) => {
      if (first !== undefined) return plain(request, signal);
      // It takes no notice of its signal.
      return new Promise((answer) => (first = { request, answer }));
    };
    const texts: string[] = [];
    let signs = 0;
    const givenUp = new AbortController();
    const before = hearing.hear(
      ({ text }) => texts.push(text),
      () => signs++,
      givenUp.signal,
    );
    await Promise.resolve();
    givenUp.abort();
    const again = hearing.hear(ignore, ignore, never);
    first?.request.onSegment?.({ start: 0, end: 1, text: 'late' });
    first?.answer({ text: 'late', duration: 2, warnings: [] });
    await expect(before).rejects.toMatchObject({ code: 'aborted' });
    await expect(again).resolves.toMatchObject({ text: 'word word word', duration: 6 });
    expect([provider.asked.length, texts, signs]).toEqual([3, [], 0]);
  });
});
