import assert from 'node:assert/strict';
import type { SpeechProvider, SpeechRequest } from '@parlance/contracts';
import type { CapturedRequest } from '../../vendors/captured-request.js';
import type { Check } from '../check.js';
import { assertLanguages } from './language-wire.js';
import type { SpeechBench } from './provider-bench.js';
import { speakSoon, withSpeech } from './speech-calls.js';

/** What every escape has to bring through. */
const DIFFICULT = `Fish & chips <b>"now"</b> it's 50% naïve — привет, 你好 🙂.`;

/** How the request arrives at the vendor. */
export const speechWireChecks: readonly Check<SpeechBench>[] = [
  {
    name: 'sends the text as it is',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const call = await sent(bench, provider, { text: DIFFICULT });
        assert.equal(bench.wire.text(call), DIFFICULT);
      }),
  },
  {
    name: 'sends the voice',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { model, voice, language } = bench.request();
        const others = provider.capabilities.voices.filter(
          ({ models, languages }) =>
            (models === undefined || models.includes(model)) && languages.some((tag) => tag === '*' || tag === language),
        );
        for (const asked of new Set([voice, ...others.slice(0, 2).map(({ id }) => id)])) {
          const call = await sent(bench, provider, { voice: asked });
          if (bench.wire.voice !== undefined) assert.equal(bench.wire.voice(call), asked);
        }
      }),
  },
  {
    name: 'sends the model',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { model } = bench.wire;
        if (model === undefined) return;
        for (const asked of new Set([bench.request().model, ...onlyWithVoice(bench, provider)])) {
          assert.equal(model(await sent(bench, provider, { model: asked })), asked);
        }
      }),
  },
  {
    name: 'sends the language',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { language } = bench.wire;
        if (language === undefined) return;
        await assertLanguages(languagesOf(bench, provider), async (asked) => language(await sent(bench, provider, { language: asked })));
      }),
  },
  {
    name: 'sends the speed',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { speed } = bench.wire;
        const range = provider.capabilities.speed;
        if (speed === undefined || range === undefined) return;
        const [slow, fast] = [Math.max(range.min, 0.8), Math.min(range.max, 1.2)];
        const [normally, slowly, quickly] = [
          speed(await sent(bench, provider, { speed: 1 })),
          speed(await sent(bench, provider, { speed: slow })),
          speed(await sent(bench, provider, { speed: fast })),
        ];
        assert.equal(new Set([normally, slowly, quickly]).size, 3, 'slow, normal and fast differ on the wire');
        if (typeof slowly === 'number') assert(Math.abs(slowly - slow) < 0.01, `${slow} became ${slowly}.`);
        if (typeof quickly === 'number') assert(Math.abs(quickly - fast) < 0.01, `${fast} became ${quickly}.`);
      }),
  },
  {
    name: 'sends the format',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { format } = bench.wire;
        if (format === undefined) return;
        for (const asked of provider.capabilities.formats) {
          assert.notEqual(format(await sent(bench, provider, { format: asked })) ?? '', '', `${asked} is named on the wire`);
        }
      }),
  },
];

/** What one request became on the wire. */
async function sent(bench: SpeechBench, provider: SpeechProvider, changes: Partial<SpeechRequest>): Promise<CapturedRequest> {
  bench.standIn.reset();
  await speakSoon(bench, provider, changes);
  const [call, ...more] = bench.standIn.calls;
  assert(call !== undefined && more.length === 0, `One request became ${bench.standIn.calls.length} calls.`);
  return call;
}

/** The models that have the voice of the request. */
function onlyWithVoice(bench: SpeechBench, { capabilities }: SpeechProvider): string[] {
  const voice = capabilities.voices.find(({ id }) => id === bench.request().voice);
  return capabilities.models.map(({ id }) => id).filter((id) => voice?.models === undefined || voice.models.includes(id));
}

/** The languages that the voice of the request speaks. */
function languagesOf(bench: SpeechBench, { capabilities }: SpeechProvider): readonly string[] {
  return capabilities.voices.find(({ id }) => id === bench.request().voice)?.languages ?? capabilities.languages;
}
