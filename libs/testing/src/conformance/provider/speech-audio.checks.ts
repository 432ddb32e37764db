import assert from 'node:assert/strict';
import { isOfFormat } from '../../vendors/audio/audio-kind.js';
import type { Check } from '../check.js';
import { assertCode, failureOf, untilFree, within } from './check-tools.js';
import type { SpeechBench } from './provider-bench.js';
import { SENTENCE, speakSoon, withSpeech } from './speech-calls.js';

/** What comes back. */
export const speechAudioChecks: readonly Check<SpeechBench>[] = [
  {
    name: 'answers in every format it says it makes',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        assert(provider.capabilities.formats.length > 0, 'It makes no format at all.');
        for (const format of provider.capabilities.formats) {
          const { audio, bytes } = await speakSoon(bench, provider, { format });
          assert.equal(audio.format, format, 'the declared format is the one that was asked for');
          assert(isOfFormat(bytes, format), `The ${bytes.length} bytes are no ${format}.`);
          assert(Number.isInteger(audio.sampleRate) && audio.sampleRate >= 8000, `${format}: ${audio.sampleRate} Hz is no sample rate.`);
          if (format === 'wav') assert.equal(audio.sampleRate, rateOf(bytes), 'wav: the declared rate is the one in its head');
          assert.deepEqual(audio.warnings, [], `${format}: nothing was asked for that could be warned of`);
        }
      }),
  },
  {
    name: 'gives the first chunk before the last is sent',
    run: async (bench) => {
      if (bench.streams) await withSpeech(bench, {}, (provider) => givesFirst(bench, provider));
    },
  },
  {
    name: 'gives the connection back when the audio is left early',
    run: async (bench) => {
      if (bench.streams) await withSpeech(bench, {}, (provider) => leavesEarly(bench, provider));
    },
  },
  {
    name: 'takes a success without audio for a failure',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        bench.standIn.fail(bench.emptySuccess ?? { kind: 'empty' });
        const error = await failureOf(bench, speakSoon(bench, provider), 'A success without audio');
        assertCode(error, ['empty'], 'A success without audio');
      }),
  },
  {
    name: 'keeps fifty calls at once apart',
    run: (bench) => withSpeech(bench, {}, (provider) => keepsApart(bench, provider)),
  },
];

/** Hz, by the head of a WAV file. */
function rateOf(wav: Buffer): number {
  return wav.readUInt32LE(24);
}

type Speaker = Parameters<Parameters<typeof withSpeech>[2]>[0];

async function givesFirst(bench: SpeechBench, provider: Speaker): Promise<void> {
  const { bytes: whole } = await speakSoon(bench, provider, { text: SENTENCE });
  let open: () => void = () => undefined;
  const release = new Promise<void>((resolve) => {
    open = resolve;
  });
  bench.standIn.fail({ kind: 'gate', release });
  try {
    const speaking = provider.speak(bench.request({ text: SENTENCE }), new AbortController().signal);
    const { chunks } = await within(bench, speaking, 'The head of the answer');
    const iterator = chunks[Symbol.asyncIterator]();
    const parts: Uint8Array[] = [];
    let next = await within(bench, iterator.next(), 'The first chunk, while the last is held back');
    open();
    while (next.done !== true) {
      parts.push(next.value);
      next = await within(bench, iterator.next(), 'The next chunk');
    }
    assert(Buffer.concat(parts).equals(whole), 'What came in two halves is not what comes at once.');
  } finally {
    open();
  }
}

async function leavesEarly(bench: SpeechBench, provider: Speaker): Promise<void> {
  bench.standIn.fail({ kind: 'hang-mid-body' });
  const listen = async () => {
    const { chunks } = await provider.speak(bench.request({ text: SENTENCE }), new AbortController().signal);
    for await (const chunk of chunks) if (chunk.byteLength > 0) break;
  };
  await within(bench, listen(), 'The first chunk');
  await untilFree(bench, 'Left after the first chunk');
  await speakSoon(bench, provider);
}

async function keepsApart(bench: SpeechBench, provider: Speaker): Promise<void> {
  const { bytes: alone } = await speakSoon(bench, provider);
  bench.standIn.reset();
  const texts = Array.from({ length: 50 }, (_unused, index) => `This is sentence number ${index + 1}.`);
  const spoken = await Promise.all(texts.map((text) => speakSoon(bench, provider, { text })));
  assert.deepEqual(bench.standIn.calls.map((call) => bench.wire.text(call)).toSorted(), texts.toSorted(), 'each text is sent once');
  for (const { bytes } of spoken) assert(bytes.equals(alone), 'An answer at once with others is not the answer alone.');
}
