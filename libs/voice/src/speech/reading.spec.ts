import { AudioConverter } from '@parlance/audio';
import { ParlanceError, type SpeechRequest } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { collect } from '../streams/async-streams.js';
import { splitText } from '../text/split-text.js';
import type { VoiceModuleOptions } from '../voice.module-definition.js';

const text = ['Alpha', 'Bravo', 'Carol', 'Delta', 'Eager', 'Fancy', 'Grand', 'Hotel', 'India', 'Julia', 'Karma', 'Lemon']
  .map(
    (word, index) =>
      `${word} is the word with which sentence number ${index} of this text begins, and it goes on ${'and on '.repeat(20)}here.`,
  )
  .join(' ');
const passages = splitText(text, 'en', { unit: 'characters', value: 1000 });
const never = new AbortController().signal;
const forEver = new Promise<never>(() => undefined);

async function* stream(...chunks: Uint8Array[]) {
  yield* chunks;
}

/** A fake that fails, waits or answers otherwise for some passages. */
function speaker(name: string, special: (index: number, request: SpeechRequest, signal: AbortSignal) => unknown = () => undefined) {
  const provider = new FakeSpeechProvider(name);
  const plain = provider.speak.bind(provider);
  provider.speak = async (request, signal) => {
    const index = passages.indexOf(request.text);
    const instead = await special(index, request, signal);
    if (instead instanceof ParlanceError || instead === 'cut' || instead === 'empty') provider.failures.push(instead);
    const audio = await plain(request, signal);
    return typeof instead === 'object' && !(instead instanceof ParlanceError) ? { ...audio, ...instead } : audio;
  };
  const asked = () => provider.asked.map((request) => passages.indexOf(request.text));
  return { provider, asked };
}

describe('Reading', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  const setUp = (speakers: FakeSpeechProvider[], { resilience = {}, ...options }: VoiceModuleOptions = {}) => {
    const voice = createVoice({
      converter,
      speakers,
      options: { segmentConcurrency: 1, ...options, resilience: { retries: 0, ...resilience } },
    });
    return async () => {
      const speech = await voice.speak({ text, format: 'pcm', sampleRate: 16_000 }, never);
      return { speech, heard: heardIn(await collect(speech.chunks)) };
    };
  };
  /** What lies in the middle of each passage, as a share of how loud its own first letter is. */
  const heardIn = (bytes: Uint8Array) => {
    const samples = new Int16Array(Uint8Array.from(bytes).buffer);
    let end = 0;
    const shares = passages.map((passage) => {
      const middle = samples[end + passage.length * 50] ?? 0;
      end += passage.length * 100;
      return middle / ((passage.codePointAt(0) ?? 0) * 257);
    });
    return { shares, isWhole: samples.length === end };
  };
  const ones = (count: number) => Array<number>(count).fill(1);

  it('has enough passages to be handed on', () => {
    expect(passages.length).toBeGreaterThan(5);
    expect(passages.join(' ')).toBe(text);
  });

  it.each<[string, unknown, string]>([
    ['refuses', new ParlanceError('timeout', 'gone'), 'timeout'],
    ['dies in the middle of', 'cut', 'server'],
    ['gives nothing for', 'empty', 'empty'],
    ['gives far too little for', { chunks: stream(new Uint8Array(900)) }, 'empty'],
    [
      'gives something that cannot be decoded for',
      { format: 'flac', chunks: stream(spokenAudio('flac').subarray(0, 200), Buffer.alloc(9000)) },
      'server',
    ],
    ['gives a page instead of', { format: 'mp3', chunks: stream(Buffer.from('<html>'.repeat(900))) }, 'server'],
  ])('has the whole passage spoken by the next one when the first %s it, who then goes on', async (_, instead, outcome) => {
    const one = speaker('one', (index) => (index === 2 ? instead : undefined));
    const two = speaker('two');
    const { heard, speech } = await setUp([one.provider, two.provider])();
    expect([one.asked(), two.asked()]).toEqual([[0, 1, 2], passages.map((_passage, index) => index).slice(2)]);
    expect(heard.isWhole).toBe(true);
    expect(heard.shares.slice(0, 2)).toEqual([1, 1]);
    // Its letters are made as loud as those of the first, all of them by the same.
    expect(new Set(heard.shares.slice(2).map((share) => share.toFixed(2))).size).toBe(1);
    expect(speech.trace.attempts.map((attempt) => [attempt.segment, attempt.provider, attempt.outcome]).slice(0, 4)).toEqual([
      [0, 'one', 'ok'],
      [1, 'one', 'ok'],
      [2, 'one', outcome],
      [2, 'two', 'ok'],
    ]);
    // Only what is heard is paid for, each passage once.
    expect(speech.usage.characters).toBe(passages.join('').length);
  });

  it.each([
    [
      'heeds',
      (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('told to')))),
    ],
    ['does not heed', () => forEver],
  ])('does not wait for one that falls silent in the middle of a passage and %s its signal', async (_, silence) => {
    async function* chunks(signal: AbortSignal) {
      yield new Uint8Array(20_000);
      await silence(signal);
    }
    const one = speaker('one', (index, _request, signal) => (index === 1 ? { chunks: chunks(signal) } : undefined));
    const two = speaker('two');
    const { heard, speech } = await setUp([one.provider, two.provider], { resilience: { firstByteMilliseconds: 100 } })();
    expect(heard.isWhole).toBe(true);
    expect(speech.trace.attempts.filter(({ outcome }) => outcome !== 'ok')).toMatchObject([{ segment: 1, outcome: 'timeout' }]);
    expect(two.asked()[0]).toBe(1);
  });

  it('has a passage repeated from its first word by the same provider, where there is nobody else', async () => {
    let cut = 0;
    const one = speaker('one', (index) => (index === 3 && cut++ === 0 ? 'cut' : undefined));
    const { heard, speech } = await setUp([one.provider], { resilience: { retries: 1 } })();
    expect(one.asked().filter((index) => index === 3)).toHaveLength(2);
    expect([heard.isWhole, heard.shares]).toEqual([true, ones(passages.length)]);
    expect(speech.trace.servedBy?.provider).toBe('one');
  });

  it('breaks off when nobody is left, after what was whole', async () => {
    const one = speaker('one', (index) => (index >= 2 ? 'cut' : undefined));
    const two = speaker('two', (index) => (index >= 4 ? new ParlanceError('quota', 'no money') : undefined));
    const voice = createVoice({
      converter,
      speakers: [one.provider, two.provider],
      options: { segmentConcurrency: 1, resilience: { retries: 0 } },
    });
    const speech = await voice.speak({ text, format: 'pcm', sampleRate: 16_000 }, never);
    let bytes = 0;
    const reading = (async () => {
      for await (const chunk of speech.chunks) bytes += chunk.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('(two: quota, one: server)') });
    const whole = passages.slice(0, 4).join('').length * 200;
    expect(Math.abs(bytes - whole)).toBeLessThanOrEqual(64);
  });

  it('pays for no passage that was made before, and asks for the others only', async () => {
    const one = speaker('one', (index) => (index === 3 ? new ParlanceError('auth', 'refused') : undefined));
    const two = speaker('two');
    const speak = setUp([one.provider, two.provider]);
    const first = await speak();
    const [oneBefore, twoBefore] = [one.asked().length, two.asked().length];
    expect(oneBefore + twoBefore).toBe(passages.length + 1);
    const second = await speak();
    expect(second.heard.isWhole).toBe(true);
    expect([one.asked().length, two.asked().length]).toEqual([oneBefore, twoBefore]);
    expect(second.speech).toMatchObject({ usage: {}, trace: { cache: 'partial', attempts: [] } });
    expect(first.speech.usage.characters).toBe(passages.join('').length);
  });

  it('reads nothing more of a provider that it has given up', async () => {
    let read = 0;
    let freed = 0;
    async function* endless() {
      try {
        while (read < 30_000) {
          read++;
          await new Promise((resolve) => setTimeout(resolve, 1));
          yield new Uint8Array(2);
        }
      } finally {
        freed++;
      }
    }
    const one = speaker('one', (index) => (index === 1 ? { chunks: endless() } : undefined));
    // Time enough for the first passage on a machine that stands still for seconds, and less than the second would take.
    const speak = setUp([one.provider], { resilience: { deadlineMilliseconds: 5000 } });
    await expect(speak()).rejects.toMatchObject({ code: 'timeout' });
    await new Promise((resolve) => setTimeout(resolve, 5));
    const before = read;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([freed, read - before]).toEqual([1, 0]);
  });

  it('stays with whoever took over, though the one before still finishes what it had begun', async () => {
    let begin: () => void = () => undefined;
    const takenOver = new Promise<void>((resolve) => (begin = () => setTimeout(resolve, 20)));
    const two = speaker('two', () => begin());
    const one = speaker('one', async (index) => {
      if (index === 0) return new ParlanceError('timeout', 'gone');
      if (index === 1) await takenOver;
      return undefined;
    });
    const { heard } = await setUp([one.provider, two.provider], { segmentConcurrency: 2 })();
    expect(heard.isWhole).toBe(true);
    expect(one.asked()).toEqual([0, 1]);
    expect(two.asked()).toEqual([0, ...passages.map((_, index) => index).slice(2)]);
  });
});
