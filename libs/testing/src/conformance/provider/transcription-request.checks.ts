import assert from 'node:assert/strict';
import { readAll, RECORDING_FORMATS, type TranscriptionProvider, type TranscriptionRequest } from '@parlance/contracts';
import { BytesElsewhere } from '../../bytes-elsewhere.js';
import type { CapturedRequest } from '../../vendors/captured-request.js';
import type { Check } from '../check.js';
import { assertCode, assertNotCalled, failureOf } from './check-tools.js';
import { assertLanguages } from './language-wire.js';
import type { TranscriptionBench } from './provider-bench.js';
import { EXPECTED_WORDS, hearSoon, withTranscription } from './transcription-calls.js';
import { assertWarnsOrRefuses } from './unsupported.js';

/** Larger recordings than this are not made for a test. */
const LARGEST = 64 * 1024 * 1024;

/** What is refused, what is warned of, and how the rest arrives at the vendor. */
export const transcriptionRequestChecks: readonly Check<TranscriptionBench>[] = [
  {
    name: 'says what it can do',
    run: (bench) => withTranscription(bench, {}, async (provider) => saysWhatItCan(bench, provider)),
  },
  {
    name: 'refuses an empty recording before it asks',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const recording = { ...bench.request().recording, bytes: new Uint8Array() };
        assertCode(await failureOf(bench, hearSoon(bench, provider, { recording }), 'No bytes'), ['invalid'], 'No bytes');
        assertNotCalled(bench, 'No bytes');
      }),
  },
  {
    name: 'refuses a recording that is too large before it asks',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { maximumBytes = Number.POSITIVE_INFINITY } = provider.capabilities;
        if (maximumBytes > LARGEST) return;
        const recording = { ...bench.request().recording, bytes: Buffer.alloc(maximumBytes + 1) };
        const error = await failureOf(bench, hearSoon(bench, provider, { recording }), 'Too large');
        assertCode(error, ['too_large', 'invalid'], 'Too large');
        assert.equal(error.provider, provider.name, 'Too large: the error names the provider');
        assertNotCalled(bench, 'Too large');
      }),
  },
  {
    name: 'refuses a format it does not take before it asks',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const formats = RECORDING_FORMATS.filter((format) => !provider.capabilities.formats.includes(format));
        for (const format of formats) {
          const recording = { ...bench.request().recording, format };
          const error = await failureOf(bench, hearSoon(bench, provider, { recording }), `Given ${format}`);
          assertCode(error, ['unsupported', 'invalid'], `Given ${format}`);
        }
        assertNotCalled(bench, 'A format it does not take');
      }),
  },
  {
    name: 'warns of every setting it leaves out, or refuses it',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        for (const changes of [...beyond(provider), ...(bench.unsupported === undefined ? [] : [bench.unsupported])]) {
          await assertWarnsOrRefuses(bench, hearSoon(bench, provider, changes), Object.keys(changes));
        }
      }),
  },
  {
    name: 'sends the recording byte for byte',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { audio } = bench.wire;
        if (audio === undefined) return;
        const call = await sent(bench, provider, {});
        assert((await audio(call)).equals(await readAll(bench.request().recording.bytes)), 'What arrived is not the recording.');
      }),
  },
  {
    name: 'hears a recording that is not in memory as it hears any other',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { recording } = bench.request();
        const bytes = await readAll(recording.bytes);
        const { text } = await hearSoon(bench, provider, { recording: { ...recording, bytes: new BytesElsewhere(bytes) } });
        assert.equal(text, bench.expected.text);
        const { audio } = bench.wire;
        if (audio === undefined) return;
        const call = bench.standIn.calls[0];
        assert(call !== undefined && (await audio(call)).equals(bytes), 'What arrived is not the recording.');
      }),
  },
  {
    name: 'sends the model',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { model } = bench.wire;
        if (model === undefined) return;
        for (const { id } of provider.capabilities.models) {
          assert.equal(model(await sent(bench, provider, { model: id })), id);
        }
      }),
  },
  {
    name: 'sends the language',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { language } = bench.wire;
        if (language === undefined) return;
        await assertLanguages(provider.capabilities.languages, async (asked) => language(await sent(bench, provider, { language: asked })));
      }),
  },
  {
    name: 'sends the words to expect',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        const { prompt } = bench.wire;
        if (prompt === undefined) return;
        const words = prompt(await sent(bench, provider, { prompt: EXPECTED_WORDS })) ?? '';
        for (const word of EXPECTED_WORDS.split(', ')) assert(words.includes(word), `${word} does not arrive.`);
      }),
  },
  {
    name: 'sends whether to punctuate and to filter',
    run: (bench) =>
      withTranscription(bench, {}, async (provider) => {
        for (const setting of ['punctuation', 'profanityFilter'] as const) {
          const read = bench.wire[setting];
          for (const wish of read === undefined ? [] : [true, false]) {
            assert.equal(read?.(await sent(bench, provider, { [setting]: wish })), wish, `${setting}: ${wish} does not arrive.`);
          }
        }
      }),
  },
];

function saysWhatItCan({ wire }: TranscriptionBench, { name, capabilities }: TranscriptionProvider): void {
  const { models, anyModel, languages, formats, pcmSampleRate, prompt } = capabilities;
  assert.notEqual(name, '');
  assert(models.length > 0 || anyModel === true, 'It has no model.');
  assert.notEqual(languages.length, 0, 'a language');
  assert.notEqual(formats.length, 0, 'a format');
  assert.equal(new Set(formats).size, formats.length, 'every format once');
  assert(Number.isInteger(pcmSampleRate) && pcmSampleRate >= 8000, `${pcmSampleRate} Hz is no sample rate.`);
  assert.equal(prompt, wire.prompt !== undefined, 'words to expect among the capabilities are on the wire');
  for (const setting of ['punctuation', 'profanityFilter'] as const) {
    assert.equal(capabilities[setting] === true, wire[setting] !== undefined, `${setting} among the capabilities is on the wire`);
  }
}

/** The settings the capabilities do not have. */
function beyond({ capabilities }: TranscriptionProvider): Partial<TranscriptionRequest>[] {
  return [
    ...(capabilities.prompt ? [] : [{ prompt: EXPECTED_WORDS }]),
    ...(capabilities.temperature === true ? [] : [{ temperature: 0.7 }]),
    ...(capabilities.punctuation === true ? [] : [{ punctuation: false }]),
    ...(capabilities.profanityFilter === true ? [] : [{ profanityFilter: true }]),
  ];
}

/** What one request became on the wire: the call that carries the recording. */
async function sent(
  bench: TranscriptionBench,
  provider: TranscriptionProvider,
  changes: Partial<TranscriptionRequest>,
): Promise<CapturedRequest> {
  bench.standIn.reset();
  await hearSoon(bench, provider, changes);
  const [call, ...more] = bench.standIn.calls;
  assert(call !== undefined && more.length === 0, `One request became ${bench.standIn.calls.length} calls.`);
  return call;
}
