import assert from 'node:assert/strict';
import { AUDIO_FORMATS, type SpeechProvider, type SpeechRequest, type TextLimit } from '@parlance/contracts';
import type { Check } from '../check.js';
import { assertCode, assertNotCalled, failureOf, within } from './check-tools.js';
import type { SpeechBench } from './provider-bench.js';
import { speakAll, speakSoon, withSpeech } from './speech-calls.js';
import { assertWarnsOrRefuses } from './unsupported.js';

/** What is refused, and what is warned of. */
export const speechRequestChecks: readonly Check<SpeechBench>[] = [
  {
    name: 'says what it can do',
    run: (bench) => withSpeech(bench, {}, async (provider) => saysWhatItCan(bench, provider)),
  },
  {
    name: 'refuses a text without words before it asks',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        for (const text of ['', ' \n\t ']) {
          const error = await failureOf(bench, speakSoon(bench, provider, { text }), 'Without words');
          assertCode(error, ['invalid'], 'Without words');
        }
        assertNotCalled(bench, 'Without words');
      }),
  },
  {
    name: 'refuses a text that is too long before it asks',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const error = await failureOf(bench, speakSoon(bench, provider, { text: tooLong(provider.capabilities.maximumText) }), 'Too long');
        assertCode(error, ['too_large', 'invalid'], 'Too long');
        assert.equal(error.provider, provider.name, 'Too long: the error names the provider');
        assertNotCalled(bench, 'Too long');
      }),
  },
  {
    name: 'takes a text as long as it says',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const { maximumText } = provider.capabilities;
        for (const longest of [asLongAs(maximumText, 'word '), asLongAs(maximumText, 'слово ')]) {
          bench.standIn.reset();
          await speakSoon(bench, provider, { text: longest });
          assert.deepEqual(
            bench.standIn.calls.map((call) => bench.wire.text(call) === longest),
            [true],
            'the whole text is sent, once',
          );
        }
      }),
  },
  {
    name: 'refuses a format it does not make before it asks',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        const formats = AUDIO_FORMATS.filter((format) => !provider.capabilities.formats.includes(format));
        for (const format of formats) {
          const error = await failureOf(bench, speakSoon(bench, provider, { format }), `Asked for ${format}`);
          assertCode(error, ['unsupported', 'invalid'], `Asked for ${format}`);
        }
        assertNotCalled(bench, 'A format it does not make');
      }),
  },
  {
    name: 'warns of every setting it leaves out, or refuses it',
    run: (bench) =>
      withSpeech(bench, {}, async (provider) => {
        for (const changes of [...beyond(provider), ...(bench.unsupported === undefined ? [] : [bench.unsupported])]) {
          const call = speakAll(provider, bench.request(changes)).then(({ audio }) => audio);
          await assertWarnsOrRefuses(bench, within(bench, call, 'Speaking'), Object.keys(changes));
        }
      }),
  },
];

function saysWhatItCan({ streams, wire }: SpeechBench, { name, capabilities }: SpeechProvider): void {
  const { models, anyModel, voices, anyVoice, formats, maximumText, streaming, languages, speed } = capabilities;
  assert.notEqual(name, '');
  assert(models.length > 0 || anyModel === true, 'It has no model.');
  assert(voices.length > 0 || anyVoice === true, 'It has no voice.');
  assert.notEqual(languages.length, 0, 'a language');
  assert.equal(new Set(formats).size, formats.length, 'every format once');
  assert(maximumText.value > 0, 'The text may have a length.');
  assert.equal(streaming, streams, 'capabilities.streaming is what the bench says');
  assert.equal(speed !== undefined, wire.speed !== undefined, 'a speed among the capabilities is on the wire');
  if (speed !== undefined) assert(speed.min < 1 && speed.max > 1, 'The normal speed is inside its range.');
}

/** The settings the capabilities do not have. */
function beyond({ capabilities }: SpeechProvider): Partial<SpeechRequest>[] {
  const { speed, pitch, volumeGain, instructions } = capabilities;
  return [
    ...(speed === undefined ? [{ speed: 1.5 }] : []),
    ...(pitch === undefined ? [{ pitch: 3 }] : []),
    ...(volumeGain === undefined ? [{ volumeGain: 3 }] : []),
    ...(instructions ? [] : [{ instructions: 'Whisper.' }]),
  ];
}

/** As much as may be. In letters of two bytes it tells a vendor that counts bytes from one that counts characters. */
function asLongAs({ unit, value }: TextLimit, word: string): string {
  const most = unit === 'characters' ? value : Math.floor((value * word.length) / Buffer.byteLength(word));
  return `${word.repeat(Math.ceil(most / word.length)).slice(0, most - 1)}.`;
}

/** One more than may be: of letters, or of bytes with far fewer letters than that. */
function tooLong({ unit, value }: TextLimit): string {
  return unit === 'characters' ? 'a'.repeat(value + 1) : 'ж'.repeat(Math.floor(value / 2) + 1);
}
