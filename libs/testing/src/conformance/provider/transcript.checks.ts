import assert from 'node:assert/strict';
import { readAll, type TranscriptionProvider, type TranscriptionRequest, type TranscriptSegment } from '@parlance/contracts';
import type { Check } from '../check.js';
import type { TranscriptionBench } from './provider-bench.js';
import { hearSoon, withTranscription } from './transcription-calls.js';

/** What comes back. */
export const transcriptChecks: readonly Check<TranscriptionBench>[] = [
  {
    name: 'hears what is said',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { text, duration, warnings } = await hearSoon(bench, provider);
        assert.equal(text, bench.expected.text);
        assert(Number.isFinite(duration) && duration > 0, `${duration} seconds is no duration.`);
        assert.deepEqual(warnings, [], 'nothing was asked for that could be warned of');
      }),
  },
  {
    name: 'tells times in their order',
    run: (bench) => withTranscription(bench, {}, (provider) => tellsTimes(bench, provider)),
  },
  {
    name: 'takes silence for an answer',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        if (bench.silence === undefined) return;
        bench.standIn.fail(bench.silence);
        const { text, words = [], segments = [] } = await hearSoon(bench, provider);
        assert.equal(text, '');
        assert.deepEqual([words, segments], [[], []], 'there are no times of what was not said');
      }),
  },
  {
    name: 'keeps fifty calls at once apart',
    run: (bench) => withTranscription(bench, {}, (provider) => keepsApart(bench, provider)),
  },
];

async function tellsTimes(bench: TranscriptionBench, provider: TranscriptionProvider): Promise<void> {
  const { expected } = bench;
  const told: TranscriptSegment[] = [];
  const { words, segments, duration } = await hearSoon(bench, provider, { onSegment: (segment) => told.push(segment) });
  if (expected.words === true) assertTimes(words, duration, 'words');
  if (expected.segments === true) assertTimes(segments, duration, 'segments');
  if (told.length > 0) assertTimes(told, duration, 'the segments told early');
  const { timings } = provider.capabilities;
  assert.equal(timings === 'word', expected.words === true, `the capabilities say '${timings}'`);
  assert(timings !== 'segment' || expected.segments === true, `The capabilities say '${timings}' and the bench expects no segments.`);
}

function assertTimes(pieces: readonly { start: number; end: number }[] = [], duration: number, what: string): void {
  assert.notEqual(pieces.length, 0, `There are no ${what}.`);
  let last = 0;
  for (const { start, end } of pieces) {
    assert(start >= last && end >= start, `${what}: ${start} to ${end} comes after ${last}.`);
    last = start;
  }
  // A field of another name is as good as none, and reads as 0.
  assert(
    pieces.some(({ end }) => end > 0),
    `${what}: all of them begin and end at 0.`,
  );
  // Vendors round the length of a recording, and the ends of its words.
  assert(last <= duration + 0.5, `${what}: the last begins at ${last} s, and there are ${duration} s.`);
}

/** Recordings that differ in their last byte, which is a sample or padding in every format. */
async function keepsApart(bench: TranscriptionBench, provider: TranscriptionProvider): Promise<void> {
  const { recording } = bench.request();
  const whole = await readAll(recording.bytes);
  const changes = Array.from({ length: 50 }, (_unused, index): Partial<TranscriptionRequest> => {
    const bytes = Buffer.from(whole);
    bytes[bytes.length - 1] = index;
    return { recording: { ...recording, bytes } };
  });
  const heard = await Promise.all(changes.map((change) => hearSoon(bench, provider, change)));
  for (const { text } of heard) assert.equal(text, bench.expected.text);
  assert.equal(bench.standIn.calls.length, 50, 'each recording is sent once');
  const { audio } = bench.wire;
  if (audio === undefined) return;
  const sent = await Promise.all(bench.standIn.calls.map(async (call) => audio(call)));
  const marks = sent.map((bytes) => bytes.at(-1) ?? -1).toSorted((first, second) => first - second);
  assert.deepEqual(
    marks,
    changes.map((_change, index) => index),
    'each recording is sent once',
  );
}
