import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { humanSpeech, noSignal } from '../__fixtures__/local-requests.js';
import { SpeechDetector } from '../listening/speech-detector.js';
import { samplesOf, toFloats } from '../pcm.js';
import * as sherpa from '../sherpa.js';
import { MoonshineRecogniser } from './moonshine.recogniser.js';
import { findWeights, verifyWeights } from './weights.js';

jest.setTimeout(60_000);

describe('MoonshineRecogniser', () => {
  const detector = new SpeechDetector();
  afterAll(() => detector.close());
  const speech = toFloats(samplesOf(humanSpeech()));

  it('drops waiting work whose caller has left, and keeps the place of what runs', async () => {
    const recogniser = new MoonshineRecogniser(detector, undefined, 1);
    const controller = new AbortController();
    const running = recogniser.recognise(speech, controller.signal);
    const waiting = recogniser.recognise(speech, controller.signal);
    const next = recogniser.recognise(speech, noSignal());
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'aborted' });
    await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
    expect((await next).text).toContain('your country');
  });

  it('says that the native engine is missing, and works when it is there again', async () => {
    const recogniser = new MoonshineRecogniser(detector, undefined, 1);
    const load = jest.spyOn(sherpa.nativeEngine, 'require').mockImplementation(() => {
      throw new Error('Cannot find module');
    });
    await expect(recogniser.recognise(speech, noSignal())).rejects.toMatchObject({ code: 'unavailable', reason: 'native_engine_missing' });
    expect((await recogniser.diagnose()).map(({ part, state }) => [part, state])).toEqual([
      ['transcription/weights', 'ok'],
      ['transcription/native-engine', 'broken'],
      ['transcription/moonshine-tiny', 'broken'],
    ]);
    load.mockRestore();
    expect((await recogniser.recognise(speech, noSignal())).text).toContain('your country');
  });
});

describe('verifyWeights', () => {
  it('tells damaged files from good ones', async () => {
    const weights = findWeights();
    await expect(verifyWeights(weights)).resolves.toBeUndefined();
    const folder = mkdtempSync(join(tmpdir(), 'weights-'));
    const damaged = join(folder, 'encoder_model.onnx');
    writeFileSync(damaged, 'damaged');
    await expect(verifyWeights({ ...weights, encoder: damaged })).rejects.toMatchObject({ code: 'unavailable', reason: 'weights_damaged' });
    rmSync(folder, { recursive: true });
  });
});
