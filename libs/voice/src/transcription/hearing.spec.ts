import {
  headOf,
  ParlanceError,
  type Transcript,
  type TranscriptionCapabilities,
  type TranscriptionRequest,
  type TranscriptSegment,
} from '@parlance/contracts';
import { FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import type { Charge } from '../usage/charge.js';
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

  it('asks nobody for a caller who has left already', async () => {
    const { provider, hearing, loaded } = setUp(2);
    await expect(hearing.hear(quiet, AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' });
    expect([loaded, provider.open.size]).toEqual([[], 0]);
  });

  it('has the account of each call: that something came of it, and what the provider counts', async () => {
    const account: unknown[] = [];
    const charge = (seconds?: number) => ({
      comes: () => account.push([seconds, 'comes']),
      says: (usage: unknown) => account.push([seconds, usage]),
    });
    const heard = async (transcript: Partial<Transcript>) => {
      const provider = new FakeTranscriptionProvider('one');
      provider.transcript = transcript;
      const plain = provider.transcribe.bind(provider);
      provider.transcribe = async (request, signal) => {
        request.onSegment?.({ start: 0, end: 1, text: 'One.' });
        return plain(request, signal);
      };
      const work = { candidate: { provider, model: 'm', warnings: [] }, wish: {}, parts: onePart, onSegment: quiet };
      await new Hearing({ ...work, charge: charge as unknown as (seconds?: number) => Charge }).hear(quiet, never);
    };
    await heard({ usage: { seconds: 11 } });
    await heard({ duration: 12 });
    expect(account).toEqual([
      [10, 'comes'],
      [10, { seconds: 11 }],
      [10, 'comes'],
      [10, { seconds: 12 }],
    ]);
  });

  it('gives the times of words only where they are wished for, and makes captions of them where there are none', async () => {
    const heard = async (transcript: Partial<Transcript>, words?: boolean) => {
      const provider = new FakeTranscriptionProvider('one');
      provider.transcript = { text: 'One.', ...transcript };
      const candidate = { provider, model: 'm', language: 'en', warnings: [], ...(words !== undefined && { wishes: { words } }) };
      const made = await new Hearing({ candidate, wish: {}, parts: onePart, onSegment: quiet }).hear(quiet, never);
      expect(provider.asked[0]).toMatchObject({ model: 'm', language: 'en', ...(words !== undefined && { words }) });
      return [made.words, made.segments];
    };
    const words = [{ start: 1, end: 2, word: 'One.' }];
    const caption = [{ start: 1, end: 2, text: 'One.' }];
    const own = [{ start: 0, end: 3, text: 'One.' }];
    expect(await heard({ words })).toEqual([words, caption]);
    expect(await heard({ words }, true)).toEqual([words, caption]);
    expect(await heard({ words }, false)).toEqual([undefined, caption]);
    expect(await heard({ words, segments: own })).toEqual([words, own]);
    expect(await heard({})).toEqual([undefined, undefined]);
  });

  it('lets no piece reach into the next part, nor begin in it', async () => {
    const provider = new FakeTranscriptionProvider('one');
    const told: TranscriptSegment[] = [];
    provider.transcribe = async ({ onSegment }) => {
      onSegment?.({ start: 8, end: 30, text: 'One.' });
      onSegment?.({ start: 11, end: 30, text: 'Two.' });
      return { text: 'One. Two.', duration: 30, warnings: [] };
    };
    const parts = [0, 10].map((offset) => ({ ...onePart[0]!, offset }));
    const work = { candidate: { provider, model: 'm', warnings: [] }, wish: {}, parts };
    await new Hearing({ ...work, onSegment: (segment) => told.push(segment) }).hear(quiet, never);
    expect(told.map(({ start, end }) => [start, end])).toEqual([
      [8, 10],
      [10, 10],
      [18, 40],
      [21, 40],
    ]);
  });
});
