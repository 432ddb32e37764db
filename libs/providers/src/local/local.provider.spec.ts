import { SENTENCES, wordErrorRate } from '@parlance/testing';
import {
  bytesOfSpeech,
  HUMAN_TEXT,
  humanSpeech,
  noSignal,
  silence,
  speechRequest,
  transcriptionRequest,
} from './__fixtures__/local-requests.js';
import { LocalProvider } from './local.provider.js';

jest.setTimeout(60_000);

describe('LocalProvider', () => {
  let provider: LocalProvider;
  beforeAll(async () => {
    provider = new LocalProvider({ espeak: false });
    await Promise.all([provider.warmUp('speak'), provider.warmUp('transcribe')]);
  });
  afterAll(() => provider.close());

  const say = async (text: string) => bytesOfSpeech(await provider.speech.speak(speechRequest(text), noSignal()));
  const hear = async (bytes: Uint8Array) => (await provider.transcription.transcribe(transcriptionRequest(bytes), noSignal())).text;

  it('understands the sentences it speaks', async () => {
    const heard: string[] = [];
    for (const sentence of SENTENCES) heard.push(await hear(await say(sentence)));
    expect(wordErrorRate(SENTENCES.join(' '), heard.join(' '))).toBeLessThanOrEqual(0.1);
  });

  it('hears single words between pauses', async () => {
    const pause = silence(0.7);
    for (const word of ['Yes.', 'No.', 'Stop.', 'Hello there.', 'Good morning.', 'How are you today?']) {
      expect(await hear(Buffer.concat([pause, await say(word), pause]))).not.toBe('');
    }
  });

  it('understands a person', async () => {
    expect(wordErrorRate(HUMAN_TEXT, await hear(humanSpeech()))).toBeLessThanOrEqual(0.05);
  });

  it('keeps parallel requests apart', async () => {
    const sentences = SENTENCES.slice(0, 8);
    const heard = await Promise.all(sentences.map(async (sentence) => hear(await say(sentence))));
    for (const [index, sentence] of sentences.entries()) {
      expect(wordErrorRate(sentence, heard[index] ?? '')).toBeLessThanOrEqual(0.34);
    }
    expect(wordErrorRate(sentences.join(' '), heard.join(' '))).toBeLessThanOrEqual(0.1);
  });

  it('finds nothing wrong with itself', async () => {
    const diagnoses = await provider.diagnose();
    expect(diagnoses.map(({ part, state }) => [part, state])).toEqual([
      ['speech/flite', 'ok'],
      ['transcription/weights', 'ok'],
      ['transcription/native-engine', 'ok'],
      ['transcription/moonshine-tiny', 'ok'],
    ]);
  });

  it.each([
    [{}, 'missing'],
    [{ espeak: '/no/such/program' }, 'broken'],
  ])('says that espeak-ng is not there (%p)', async (options, state) => {
    const path = process.env['PATH'];
    process.env['PATH'] = '/no/such/folder';
    const other = new LocalProvider(options);
    process.env['PATH'] = path;
    const diagnosis = (await other.diagnose()).find(({ part }) => part === 'speech/espeak-ng');
    await other.close();
    expect(diagnosis).toMatchObject({ state, remedy: expect.stringContaining('espeak-ng') });
  });
});
