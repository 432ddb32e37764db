import { humanSpeech, noise, noSignal, SAMPLE_RATE, silence, tone } from '../__fixtures__/local-requests.js';
import { samplesOf } from '../pcm.js';
import { hasSpeech } from './has-speech.js';
import { SpeechDetector } from './speech-detector.js';

describe('hasSpeech', () => {
  const detector = new SpeechDetector();
  afterAll(() => detector.close());

  const inBytes = (bytes: Uint8Array, signal = noSignal()) => {
    const detect = jest.fn((part: Int16Array) => detector.detect(part, signal));
    return { detect, answer: hasSpeech(samplesOf(bytes), detect, signal) };
  };
  const seconds = (from: number, to: number) => humanSpeech().subarray(from * SAMPLE_RATE * 2, to * SAMPLE_RATE * 2);
  const click = tone(0.01, (index) => (index % 2 === 0 ? 0.9 : -0.9));

  it.each([
    ['a person', humanSpeech()],
    ['a quiet person', samplesAs(humanSpeech(), 0.02)],
    ['a person after a minute of silence', Buffer.concat([silence(61), seconds(0, 3)])],
    ['a few words between pauses', Buffer.concat([silence(1), seconds(0.3, 1.3), silence(1)])],
  ])('hears %s', async (_name, bytes) => {
    await expect(inBytes(bytes).answer).resolves.toBe(true);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['silence', silence(3)],
    ['a minute of silence', silence(65)],
    ['white noise', noise(5, 0.3)],
    ['quiet white noise', noise(5, 0.003)],
    ['loud white noise', noise(5, 0.9)],
    ['a tone', tone(5, (index) => 0.5 * Math.sin((2 * Math.PI * 440 * index) / SAMPLE_RATE))],
    ['a clip of a tenth of a second', seconds(0.5, 0.6)],
    ['a click', Buffer.concat([silence(1), click, silence(1)])],
    ['many clicks', Buffer.concat(Array.from({ length: 20 }, () => [click, silence(0.4)]).flat())],
  ])('does not take %s for speech', async (_name, bytes) => {
    await expect(inBytes(bytes).answer).resolves.toBe(false);
  });

  it('looks no further than the first stretch with enough speech', async () => {
    const { detect, answer } = inBytes(Buffer.concat([seconds(0, 3), silence(70)]));
    await expect(answer).resolves.toBe(true);
    expect(detect).toHaveBeenCalledTimes(1);
  });

  it('adds up what is said in several stretches', async () => {
    const detect = jest.fn(async () => [{ start: 0, end: 0.2 }]);
    await expect(hasSpeech(new Int16Array(SAMPLE_RATE * 90), detect, noSignal())).resolves.toBe(true);
    expect(detect).toHaveBeenCalledTimes(2);
  });

  it('is left with its caller', async () => {
    const { detect, answer } = inBytes(humanSpeech(), AbortSignal.abort());
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
    expect(detect).not.toHaveBeenCalled();
    const leaving = new AbortController();
    const left = inBytes(Buffer.concat([silence(120)]), leaving.signal).answer;
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: 'aborted' });
  });
});

function samplesAs(bytes: Uint8Array, factor: number): Uint8Array {
  return new Uint8Array(samplesOf(bytes).map((sample) => Math.round(sample * factor)).buffer);
}
