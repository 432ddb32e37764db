import {
  headOf,
  ParlanceError,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionRequest,
  type TranscriptSegment,
} from '@parlance/contracts';
import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { Hearing, PARTS_AT_A_TIME } from './hearing.js';

const never = new AbortController().signal;
const quiet = (): void => undefined;
const onePart = [{ offset: 0, load: async () => ({ bytes: Uint8Array.of(0), format: 'pcm' as const, duration: 10 }) }];

/** Answers each part when it is told to. The only byte of a part is its number. */
class PatientProvider extends FakeTranscriptionProvider {
  readonly open = new Map<number, { answer: () => void; fail: (error: Error) => void }>();
  most = 0;

  override transcribe({ recording: { bytes }, onSegment }: TranscriptionRequest): Promise<Transcript> {
    const part = headOf(bytes)[0]!;
    return new Promise((resolve, reject) => {
      const answer = () => {
        const text = `part ${part}`;
        if (this.talkative) onSegment?.({ start: 1, end: 2, text });
        resolve({ text, duration: 10, warnings: [] });
        this.open.delete(part);
      };
      const fail = (error: Error) => {
        if (this.talkative) onSegment?.({ start: 1, end: 2, text: 'given up' });
        this.open.delete(part);
        reject(error);
      };
      this.open.set(part, { answer, fail });
      this.most = Math.max(this.most, this.open.size);
    });
  }

  constructor(private readonly talkative: boolean) {
    super('patient');
  }

  async askedFor(part: number) {
    while (!this.open.has(part)) await new Promise((resolve) => setImmediate(resolve));
    return this.open.get(part)!;
  }
}

describe('Hearing', () => {
  const setUp = (count: number, talkative = false) => {
    const provider = new PatientProvider(talkative);
    const loaded: number[] = [];
    const segments: TranscriptSegment[] = [];
    const parts = Array.from({ length: count }, (_, index) => ({
      offset: index * 10,
      load: async () => {
        loaded.push(index);
        return { bytes: Uint8Array.of(index), format: 'pcm' as const, duration: 10 };
      },
    }));
    const candidate = { provider, model: 'm', language: 'en', warnings: [] };
    const hearing = new Hearing({ candidate, wish: {}, parts, onSegment: (segment) => segments.push(segment) });
    return { provider, hearing, loaded, segments };
  };

  it('hears a few parts at a time, loads no more than those, and joins them in order', async () => {
    const { provider, hearing, loaded, segments } = setUp(7);
    const whole = hearing.hear(quiet, never);
    for (const part of [2, 1, 3, 0, 4, 6, 5]) {
      (await provider.askedFor(part)).answer();
      expect(provider.open.size).toBeLessThanOrEqual(PARTS_AT_A_TIME);
    }
    expect((await whole).text).toBe('part 0 part 1 part 2 part 3 part 4 part 5 part 6');
    expect(provider.most).toBe(PARTS_AT_A_TIME);
    expect(loaded).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(segments.map(({ start, text }) => [start, text])).toEqual(Array.from({ length: 7 }, (_, part) => [part * 10, `part ${part}`]));
  });

  it('begins no part after a failure, keeps what was under way, and asks only for the rest the next time', async () => {
    const { provider, hearing, loaded, segments } = setUp(5, true);
    const first = hearing.hear(quiet, never);
    (await provider.askedFor(1)).fail(new ParlanceError('server', 'down'));
    (await provider.askedFor(0)).answer();
    (await provider.askedFor(2)).answer();
    await expect(first).rejects.toMatchObject({ code: 'server' });
    expect(loaded).toEqual([0, 1, 2]);
    expect(segments.map(({ text }) => text)).toEqual(['part 0']);

    const second = hearing.hear(quiet, never);
    for (const part of [4, 3, 1]) (await provider.askedFor(part)).answer();
    expect((await second).text).toBe('part 0 part 1 part 2 part 3 part 4');
    expect(loaded).toEqual([0, 1, 2, 1, 3, 4]);
    expect(segments.map(({ start, text }) => `${start} ${text}`)).toEqual(['1 part 0', '11 part 1', '21 part 2', '31 part 3', '41 part 4']);
  });

  it('begins nothing more when its caller has left, whatever the provider does', async () => {
    const { provider, hearing, loaded } = setUp(5);
    const leaving = new AbortController();
    const whole = hearing.hear(quiet, leaving.signal);
    for (const part of [0, 1, 2]) await provider.askedFor(part);
    leaving.abort();
    for (const part of [0, 1, 2]) (await provider.askedFor(part)).answer();
    await expect(whole).rejects.toMatchObject({ code: 'aborted' });
    expect(loaded).toEqual([0, 1, 2]);
  });

  it('says that it is alive with each part', async () => {
    const { provider, hearing } = setUp(2);
    let signs = 0;
    const whole = hearing.hear(() => signs++, never);
    for (const part of [1, 0]) (await provider.askedFor(part)).answer();
    await whole;
    // The part, and its text as a piece.
    expect(signs).toBe(4);
  });

  it('asks for what the provider can do only', async () => {
    const wish = { prompt: 'names', temperature: 0.5 };
    const asked = async (capabilities: Partial<TranscriptionCapabilities>) => {
      const provider = new FakeTranscriptionProvider('one', capabilities);
      await new Hearing({ candidate: { provider, model: 'm', warnings: [] }, wish, parts: onePart, onSegment: quiet }).hear(quiet, never);
      return provider.asked[0];
    };
    expect(await asked({})).not.toHaveProperty('prompt');
    expect(await asked({})).not.toHaveProperty('temperature');
    expect(await asked({ prompt: true, temperature: true })).toMatchObject(wish);
  });

  it('takes nothing of a call that was given up: no part twice, no piece of it, and no further call', async () => {
    const { provider, hearing, segments, loaded } = setUp(3, true);
    const givenUp = new AbortController();
    let signs = 0;
    const before = hearing.hear(() => signs++, givenUp.signal);
    const late = await Promise.all([0, 1, 2].map(async (part) => provider.askedFor(part)));
    givenUp.abort();
    provider.open.clear();
    const again = hearing.hear(quiet, never);
    const repeated = await Promise.all([0, 1, 2].map(async (part) => provider.askedFor(part)));
    // They take no notice of their signal.
    for (const call of late) call.answer();
    await expect(before).rejects.toMatchObject({ code: 'aborted' });
    expect([segments, signs]).toEqual([[], 0]);
    for (const call of repeated) call.answer();
    await expect(again).resolves.toMatchObject({ text: 'part 0 part 1 part 2' });
    expect(loaded).toEqual([0, 1, 2, 0, 1, 2]);
  });
});
