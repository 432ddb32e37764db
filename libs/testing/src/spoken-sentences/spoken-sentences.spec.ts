import { AudioConverter } from '@parlance/audio';
import * as fc from 'fast-check';
import { describeWithProgram } from '../programs.js';
import { spokenAudio } from '../vendors/audio/spoken-audio.js';
import { BROKEN_SENTENCE, readSentences, sentencesOf, sentenceText, speakSentences } from './spoken-sentences.js';

const rates = [8000, 11_025, 12_500, 16_000, 22_050, 24_000, 44_100, 48_000] as const;
const signal = new AbortController().signal;

function join(pieces: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}

const amplified = (samples: Float32Array, decibels: number) => samples.map((value) => value * 10 ** (decibels / 20));

describe('the text of sentences', () => {
  it('is read back', () => {
    expect(sentencesOf(`${sentenceText(0)} ${sentenceText(17)}\n\n${sentenceText(999)}`)).toEqual([0, 17, 999]);
    expect(sentencesOf('  ')).toEqual([]);
  });

  it('tells what is no whole sentence', () => {
    expect(sentencesOf(`number 1 is spoken here. ${sentenceText(2)} Hello! ${sentenceText(3).slice(0, -1)}`)).toEqual([-1, 2, -1]);
  });

  it('has only the numbers it can speak', () => {
    for (const number of [-2, 1000, 1.5, NaN]) {
      expect(() => sentenceText(number)).toThrow(RangeError);
      expect(() => speakSentences([number], 24_000)).toThrow(RangeError);
    }
  });
});

describe('spoken sentences', () => {
  it.each(rates)('are read back at %d Hz', (sampleRate) => {
    const numbers = Array.from({ length: 1000 / 8 }, (_, index) => index * 8 + (sampleRate % 7));
    expect(readSentences(speakSentences(numbers, sampleRate), sampleRate)).toEqual(numbers);
  });

  it('are silent at both ends, and far from clipping', () => {
    const samples = speakSentences([123], 24_000);
    expect([...samples.subarray(0, 960), ...samples.subarray(-960)].every((value) => value === 0)).toBe(true);
    expect(amplified(samples, 20).every((value) => Math.abs(value) < 0.6)).toBe(true);
  });

  it('are read back even where all silence between them was taken away', () => {
    const pieces = [5, 55, 555].map((number) => speakSentences([number], 24_000).subarray(960, -960));
    expect(readSentences(join(pieces), 24_000)).toEqual([5, 55, 555]);
  });

  it('are no sentences when they end or begin in their middle', () => {
    const whole = speakSentences([321], 24_000);
    const middle = fc.integer({ min: Math.round(whole.length * 0.25), max: Math.round(whole.length * 0.8) });
    fc.assert(
      fc.property(middle, fc.nat(5000), (cut, silence) => {
        const [beginning, end, pause] = [whole.subarray(0, cut), whole.subarray(cut), new Float32Array(silence)];
        expect(readSentences(join([whole, beginning, pause, whole]), 24_000)).toEqual([321, BROKEN_SENTENCE, 321]);
        expect(readSentences(join([whole, pause, end, whole]), 24_000)).toEqual([321, BROKEN_SENTENCE, 321]);
      }),
      { numRuns: 50 },
    );
  });

  it('are no sentences when something in their middle is missing', () => {
    const whole = speakSentences([321], 24_000);
    // The second digit and the pause behind it.
    const without = join([whole.subarray(0, 5280), whole.subarray(7680)]);
    expect(readSentences(without, 24_000)).toEqual([BROKEN_SENTENCE]);
    expect(readSentences(speakSentences([1, BROKEN_SENTENCE, 2], 16_000), 16_000)).toEqual([1, BROKEN_SENTENCE, 2]);
  });

  it('are not heard in silence, noise and speech', () => {
    const noise = Float32Array.from({ length: 24_000 }, (_, index) => ((((index * 7919) % 1009) / 504.5 - 1) * ((index * 31) % 17)) / 20);
    const speech = new Int16Array(new Uint8Array(spokenAudio('pcm')).buffer);
    expect(readSentences(new Float32Array(24_000), 24_000)).toEqual([]);
    expect(readSentences(noise, 24_000)).toEqual([]);
    const heard = readSentences(
      Float32Array.from(speech, (value) => value / 32_768),
      24_000,
    );
    expect(heard.filter((number) => number !== BROKEN_SENTENCE)).toEqual([]);
  });
});

describe('spoken sentences, through codecs', () => {
  let converter: AudioConverter;
  beforeAll(() => {
    converter = new AudioConverter({ threads: 1 });
  });
  afterAll(() => converter.close());

  const sentences = fc.record({
    numbers: fc.array(fc.tuple(fc.integer({ min: 0, max: 999 }), fc.nat(300)), { minLength: 1, maxLength: 5 }),
    decibels: fc.integer({ min: -20, max: 20 }),
    spokenAt: fc.constantFrom(...rates),
    encodedAt: fc.constantFrom(8000, 12_000, 16_000, 24_000, 44_100, 48_000),
    readAt: fc.constantFrom(...rates),
  });
  const survives = (format: 'mp3' | 'opus' | 'flac' | 'wav' | 'aac') =>
    fc.assert(
      fc.asyncProperty(sentences, async ({ numbers, decibels, spokenAt, encodedAt, readAt }) => {
        const pieces = numbers.flatMap(([number, pause]) => [
          new Float32Array(Math.round((spokenAt * pause) / 1000)),
          amplified(speakSentences([number], spokenAt), decibels),
        ]);
        const bytes = await converter.encode({ samples: join(pieces), sampleRate: spokenAt }, { format, sampleRate: encodedAt }, signal);
        const { samples, sampleRate } = await converter.decode(bytes, { sampleRate: readAt }, signal);
        expect(readSentences(samples, sampleRate)).toEqual(numbers.map(([number]) => number));
      }),
      { numRuns: 20 },
    );

  it.each(['mp3', 'opus', 'flac', 'wav'] as const)('survive %s at any rate, gain and silence', async (format) => {
    await expect(survives(format)).resolves.toBeUndefined();
  });

  describeWithProgram('ffmpeg', () => {
    it('survive aac at any rate, gain and silence', async () => {
      await expect(survives('aac')).resolves.toBeUndefined();
    });
  });
});
