import { setTimeout as sleep } from 'node:timers/promises';
import { AudioConverter, pcm16ToSamples } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { readSentences, sentenceText, startSentenceStandIn, type Fault } from '@parlance/testing';
import * as fc from 'fast-check';
import { createVoice } from '../../libs/voice/src/__fixtures__/create-voice.js';
import { collect } from '../../libs/voice/src/streams/async-streams.js';
import { errorOf, speak } from './support/ask.js';
import { startFleet, until, type Fleet } from './support/fleet.js';
import { watchTimers } from './support/live-timers.js';
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
    const timers = watchTimers();
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
        await settled();
        expect(timers.live()).toBe(0);
      }),
      { numRuns: 60 },
    );
    timers.restore();
  });
});

describe('random faults of vendors behind the gateway', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({
      vendor: startSentenceStandIn,
      environment: { PARLANCE_FIRST_BYTE_MILLISECONDS: '300', PARLANCE_IDLE_MILLISECONDS: '300', PARLANCE_RETRIES: '1' },
    });
  });
  afterAll(() => fleet.close());

  const fault = fc.constantFrom<Fault>(
    { kind: 'reply', status: 503, body: 'Down.' },
    { kind: 'reply', status: 400, headers: { 'content-type': 'application/json' }, body: '{"error":{"message":"No."}}' },
    { kind: 'reply', status: 429, headers: { 'retry-after': '0.1' }, body: 'Slow down.' },
    { kind: 'hang' },
    { kind: 'hang-mid-body' },
    { kind: 'cut' },
    { kind: 'empty' },
    { kind: 'html' },
    { kind: 'refuse' },
  );
  const faults = fc.array(fault, { maxLength: 4 });

  it('give whole audio, a broken connection or one error, and leave no socket behind', async () => {
    const sentences = fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(faults, faults, sentences, async (first, second, numbers) => {
        await fleet.reset();
        fleet.first.standIn.fail(...first);
        fleet.second.standIn.fail(...second);
        const answer = await speak(fleet, { input: numbers.map((number) => sentenceText(number)).join(' '), format: 'pcm' });
        if (answer.status !== 200)
          expect(Object.keys(errorOf(answer))).toEqual(expect.arrayContaining(['message', 'type', 'param', 'code']));
        else if (!answer.broken) expect(readSentences(pcm16ToSamples(answer.bytes), RATE)).toEqual(numbers);
        await until(() => fleet.first.standIn.openSockets + fleet.second.standIn.openSockets === 0);
      }),
      { numRuns: 40 },
    );
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

/** What was told to stop has done so, and the cache's clock of one millisecond too: long before any of the time limits. */
async function settled(): Promise<void> {
  await sleep(5);
}
