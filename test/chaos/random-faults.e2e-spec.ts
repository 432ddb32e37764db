import { AudioConverter, pcm16ToSamples } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { readSentences, sentenceText } from '@parlance/testing';
import fc from 'fast-check';
import { createVoice } from '../../libs/voice/src/__fixtures__/create-voice.js';
import { collect } from '../../libs/voice/src/streams/async-streams.js';
import { FAULTS, RandomProvider } from './support/random-provider.js';

const RATE = 24_000;

const plans = fc.array(
  fc.record({
    rate: fc.constantFrom(16_000, 24_000, 48_000),
    /** Linear. */
    gain: fc.constantFrom(0.3, 1, 1.6),
    honoursSignal: fc.boolean(),
    /** What goes wrong with its calls, one after the other; then all is well. */
    faults: fc.array(fc.constantFrom(...FAULTS), { maxLength: 6 }),
  }),
  { minLength: 1, maxLength: 4 },
);
const requests = fc.record({
  sentences: fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 7 }),
  cache: fc.boolean(),
  retries: fc.integer({ min: 0, max: 2 }),
  hedged: fc.boolean(),
  times: fc.integer({ min: 1, max: 3 }),
});

describe('random faults of random plans', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  it('give every sentence once and in order, or one typed error; nothing hangs, nothing is left behind', async () => {
    await converter.warmUp();
    const timersBefore = timers();
    await fc.assert(
      fc.asyncProperty(plans, requests, async (plan, { sentences, cache, retries, hedged, times }) => {
        const speakers = plan.map((settings, index) => new RandomProvider(`provider-${index}`, settings));
        const resilience = { retries, hedgedShare: hedged ? 1 : 0, deadlineMilliseconds: 600, firstByteMilliseconds: 60 };
        const voice = createVoice({ converter, speakers, options: { resilience } });
        const text = sentences.map((number) => sentenceText(number)).join(' ');
        for (let time = 0; time < times; time++) {
          const outcome = await outcomeOf(async () => {
            const speech = await voice.speak({ text, format: 'pcm', cache }, new AbortController().signal);
            return collect(speech.chunks);
          });
          if (outcome instanceof Uint8Array) expect(readSentences(pcm16ToSamples(outcome), RATE)).toEqual(sentences);
          else expect(outcome).toBeInstanceOf(ParlanceError);
        }
        // What was given up has been let go of, or is a call that never comes back whatever is done.
        for (const speaker of speakers) expect(await speaker.leftOpen()).toBe(0);
      }),
      { numRuns: 60 },
    );
    expect(timers()).toBeLessThanOrEqual(timersBefore);
  });
});

/** What came of it, or `hang` long after every limit was over. */
async function outcomeOf(work: () => Promise<Uint8Array>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const hang = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('hang'), 30_000);
  });
  try {
    return await Promise.race([work().catch((error: unknown) => error), hang]);
  } finally {
    clearTimeout(timer);
  }
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}
