import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wordErrorRate } from '@parlance/testing';
import {
  bytesOfSpeech,
  HUMAN_TEXT,
  humanSpeech,
  loudnessOf,
  noSignal,
  secondsOf,
  silence,
  speechRequest,
  transcriptionRequest,
} from '../__fixtures__/local-requests.js';
import { SpeechDetector } from '../listening/speech-detector.js';
import { LocalProvider } from '../local.provider.js';
import { ensureVocabularyFile } from '../moonshine/vocabulary-file.js';
import { findWeights } from '../moonshine/weights.js';
import { TINY_LETTER, TINY_RATE, tinyFrequency, writeTinyVoice } from './__fixtures__/tiny-voice.js';

jest.setTimeout(60_000);

const folder = mkdtempSync(join(tmpdir(), 'custom-model-'));
const folderOf = (name: string) => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
};
afterAll(() => rmSync(folder, { recursive: true }));

/** How often the samples change their sign. */
function crossingsOf(bytes: Uint8Array): number {
  const samples = new Int16Array(Uint8Array.from(bytes).buffer);
  return samples.reduce((count, sample, index) => (index > 0 && sample < 0 !== (samples[index - 1] ?? 0) < 0 ? count + 1 : count), 0);
}

describe('a transcription model of the user', () => {
  const directory = folderOf('moonshine');
  let provider: LocalProvider;
  beforeAll(async () => {
    const detector = new SpeechDetector();
    const { encoder, decoder } = findWeights();
    symlinkSync(encoder, join(directory, 'encoder_model.onnx'));
    symlinkSync(decoder, join(directory, 'decoder_model_merged.onnx'));
    symlinkSync(await ensureVocabularyFile(folderOf('cache'), () => detector.vocabulary()), join(directory, 'tokens.txt'));
    await detector.close();
    provider = new LocalProvider({ espeak: false, customTranscriptionModel: directory });
  });
  afterAll(() => provider.close());

  it('transcribes in a process of its own', async () => {
    expect(provider.transcription.capabilities.models.map(({ id }) => id)).toEqual(['moonshine-tiny', 'custom']);
    const hear = () => provider.transcription.transcribe(transcriptionRequest(humanSpeech(), { model: 'custom' }), noSignal());
    const transcripts = await Promise.all([hear(), hear(), hear()]);
    for (const { text } of transcripts) expect(wordErrorRate(HUMAN_TEXT, text)).toBeLessThanOrEqual(0.05);
    expect((await provider.diagnose()).find(({ part }) => part === 'transcription/custom')).toMatchObject({ state: 'ok' });
  });

  it('lets its callers leave', async () => {
    const controller = new AbortController();
    const request = transcriptionRequest(humanSpeech(), { model: 'custom' });
    const abandoned = provider.transcription.transcribe(request, controller.signal);
    setTimeout(() => controller.abort(), 100);
    await expect(abandoned).rejects.toMatchObject({ code: 'aborted' });
    expect((await provider.transcription.transcribe(request, noSignal())).text).toContain('country');
  });
});

describe('a voice of the user', () => {
  let provider: LocalProvider;
  beforeAll(() => {
    const directory = folderOf('voice');
    writeTinyVoice(directory);
    provider = new LocalProvider({ espeak: false, customSpeechModel: directory });
  });
  afterAll(() => provider.close());

  const german = { model: 'custom', voice: 'custom/0', language: 'de' };
  const speak = (...[text, changes]: Parameters<typeof speechRequest>) =>
    provider.speech.speak(speechRequest(text, { ...german, ...changes }), noSignal());

  it('speaks through the real engine, in any language', async () => {
    const audio = await speak('mmmmmmmm.');
    expect(audio).toMatchObject({ format: 'pcm', sampleRate: TINY_RATE, warnings: [] });
    const bytes = await bytesOfSpeech(audio);
    expect(secondsOf(bytes)).toBeCloseTo((9 * TINY_LETTER) / TINY_RATE, 1);
    expect(crossingsOf(bytes.subarray(0, 8 * TINY_LETTER * 2)) / 2 / 0.8).toBeCloseTo(tinyFrequency('m'), -1);
  });

  it('has speed, volume and speakers', async () => {
    const normal = await bytesOfSpeech(await speak('hello there'));
    const fast = await bytesOfSpeech(await speak('hello there', { speed: 2 }));
    expect(normal.length / fast.length).toBeCloseTo(2, 1);
    const quiet = await bytesOfSpeech(await speak('hello there', { volumeGain: -6 }));
    expect(loudnessOf(normal) - loudnessOf(quiet)).toBeCloseTo(6, 0);
    const second = await bytesOfSpeech(await speak('hello there', { voice: 'custom/1' }));
    expect(loudnessOf(second) - loudnessOf(normal)).toBeCloseTo(6, 0);
    expect((await speak('hello', { pitch: 3 })).warnings).toMatchObject([{ code: 'unsupported_option', param: 'pitch' }]);
  });

  it('gives sentences as they are made, and stops with its caller', async () => {
    const controller = new AbortController();
    const request = speechRequest('first sentence. second sentence. third sentence.', german);
    const audio = await provider.speech.speak(request, controller.signal);
    const read = async () => {
      for await (const chunk of audio.chunks) if (chunk.length > 0) controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: 'aborted' });
    for await (const chunk of (await speak('first. second. third.')).chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(secondsOf(await bytesOfSpeech(await speak('again')))).toBeCloseTo(0.5, 1);
  });

  it.each([
    ['hello', { voice: 'custom/2' }, { code: 'not_found', message: expect.stringContaining('custom/0, custom/1') }],
    ['hello', { voice: 'custom/x' }, { code: 'not_found' }],
    ['...', {}, { code: 'unsupported', reason: 'nothing_speakable', param: 'text' }],
    ['日本', {}, { code: 'empty' }],
  ])('refuses %j with %j', async (text, changes, error) => {
    await expect(speak(text, changes).then(bytesOfSpeech)).rejects.toMatchObject(error);
  });

  it('is part of the diagnosis', async () => {
    const diagnosis = (await provider.diagnose()).find(({ part }) => part === 'speech/custom');
    expect(diagnosis).toEqual({
      provider: 'local',
      part: 'speech/custom',
      state: 'ok',
      detail: 'The model of customSpeechModel (vits, 2 speakers) loads.',
    });
  });
});

describe('a model that does not fit', () => {
  afterEach(() => jest.restoreAllMocks());

  it('ends its own process only, and is not started again at once', async () => {
    const directory = folderOf('crashing');
    writeTinyVoice(directory);
    const model = join(directory, 'model.onnx');
    // Without this note the engine ends its process.
    writeFileSync(model, readFileSync(model, 'latin1').replace('sample_rate', 'simple_rate'), 'latin1');
    const provider = new LocalProvider({ espeak: false, customSpeechModel: directory });
    const speak = () => provider.speech.speak(speechRequest('Hello.', { model: 'custom', voice: 'custom/0' }), noSignal());
    try {
      // It stands still between two attempts, however long they take.
      let now = performance.now();
      jest.spyOn(performance, 'now').mockImplementation(() => now);
      // The time of day goes back by an hour with every look at it.
      let timeOfDay = Date.now();
      jest.spyOn(Date, 'now').mockImplementation(() => (timeOfDay -= 3_600_000));
      const outcomes = await Promise.allSettled([speak(), speak()]);
      const crashed = { code: 'server', reason: 'custom_model_crashed', message: expect.stringContaining('customSpeechModel') };
      expect(outcomes).toMatchObject([{ reason: crashed }, { reason: crashed }]);
      await expect(speak()).rejects.toMatchObject({ code: 'unavailable', reason: 'custom_model_crashed' });
      now += 2000;
      await expect(speak()).rejects.toMatchObject(crashed);
      await expect(speak()).rejects.toMatchObject({ code: 'unavailable' });
      now += 1500;
      await expect(speak()).rejects.toMatchObject({ code: 'unavailable' });
      const embedded = await provider.speech.speak(speechRequest('Still here.'), noSignal());
      expect(secondsOf(await bytesOfSpeech(embedded))).toBeGreaterThan(0.5);
      expect((await provider.diagnose()).find(({ part }) => part === 'speech/custom')).toMatchObject({ state: 'broken' });
    } finally {
      await provider.close();
    }
  });

  it.each([
    [
      'empty',
      /customSpeechModel holds no model.*tokens\.txt.*Found: nothing/u,
      /customTranscriptionModel holds no model.*whisper.*Found: nothing/u,
    ],
    ['missing', /customSpeechModel does not exist/u, /customTranscriptionModel does not exist/u],
  ])('in an %s directory: says what was expected', async (name, speechMessage, transcriptionMessage) => {
    const directory = name === 'empty' ? folderOf('empty') : join(folder, 'nowhere');
    const provider = new LocalProvider({ espeak: false, customSpeechModel: directory, customTranscriptionModel: directory });
    try {
      const speech = speechRequest('Hello.', { model: 'custom', voice: 'custom/0' });
      await expect(provider.speech.speak(speech, noSignal())).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringMatching(speechMessage),
      });
      const transcription = transcriptionRequest(humanSpeech(), { model: 'custom' });
      const outcome = provider.transcription.transcribe(transcription, noSignal());
      await expect(outcome).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(transcriptionMessage) });
      for (const operation of ['speak', 'transcribe'] as const)
        await expect(provider.warmUp(operation)).rejects.toMatchObject({ code: 'unavailable' });
      expect((await provider.transcription.transcribe(transcriptionRequest(silence(1)), noSignal())).text).toBe('');
      expect(JSON.stringify(await provider.diagnose())).not.toContain(folder);
    } finally {
      await provider.close();
    }
  });

  it('does nothing after it was closed', async () => {
    const directory = folderOf('closed');
    writeTinyVoice(directory);
    const provider = new LocalProvider({ espeak: false, customSpeechModel: directory });
    const speech = speechRequest('Hello.', { model: 'custom', voice: 'custom/0' });
    const audio = await provider.speech.speak(speech, noSignal());
    await provider.close();
    await expect(bytesOfSpeech(audio)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(provider.speech.speak(speech, noSignal())).rejects.toMatchObject({ code: 'unavailable' });
  });
});
