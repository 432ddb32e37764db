import { joinTexts, type TranscriptSegment } from '@parlance/contracts';
import { wordErrorRate } from '@parlance/testing';
import { HUMAN_TEXT, humanSpeech, noise, noSignal, silence, tone, transcriptionRequest } from './__fixtures__/local-requests.js';
import { LocalProvider } from './local.provider.js';
import { MoonshineRecogniser } from './moonshine/moonshine.recogniser.js';

jest.setTimeout(60_000);

describe('LocalTranscription', () => {
  let provider: LocalProvider;
  beforeAll(() => {
    provider = new LocalProvider({ espeak: false });
  });
  afterAll(() => provider.close());

  const hear = (...[bytes, changes]: Parameters<typeof transcriptionRequest>) =>
    provider.transcription.transcribe(transcriptionRequest(bytes, changes), noSignal());

  it('gives text, language, duration and captions', async () => {
    const heard: TranscriptSegment[] = [];
    const transcript = await hear(humanSpeech(), { language: 'en-US', onSegment: (segment) => heard.push(segment) });
    expect(wordErrorRate(HUMAN_TEXT, transcript.text)).toBeLessThanOrEqual(0.05);
    expect(transcript).toMatchObject({ language: 'en-US', usage: { seconds: transcript.duration }, warnings: [] });
    expect(transcript.duration).toBeCloseTo(11, 1);
    expect(heard).toEqual(transcript.segments);
    expect(heard.length).toBeGreaterThan(1);
    expect(heard.map(({ text }) => text).join(' ')).toBe(transcript.text);
    expectInOrder(heard, 11.1);
  });

  it.each([
    ['a sentence that ends in a number', 'It is 3.14.And so on.'],
    ['a very long word', `Say ${'a'.repeat(200)} now.`],
  ])('tells %s in pieces that make up the text', async (_, text) => {
    const recognise = jest.spyOn(MoonshineRecogniser.prototype, 'recognise').mockResolvedValue({ text, language: 'en' });
    const heard: TranscriptSegment[] = [];
    const transcript = await hear(humanSpeech(), { onSegment: (segment) => heard.push(segment) });
    expect(heard.length).toBeGreaterThan(1);
    expect(joinTexts(heard.map((segment) => segment.text))).toBe(transcript.text);
    recognise.mockRestore();
  });

  it('hears quiet speech', async () => {
    const quiet = Int16Array.from(new Int16Array(Uint8Array.from(humanSpeech()).buffer), (sample) => sample / 100);
    const { text } = await hear(new Uint8Array(quiet.buffer));
    expect(wordErrorRate(HUMAN_TEXT, text)).toBeLessThanOrEqual(0.15);
  });

  it.each([0.5, 1, 3])('hears speech between pauses of %p s', async (seconds) => {
    const { text } = await hear(Buffer.concat([noise(seconds, 0.002), humanSpeech(), noise(seconds, 0.002)]));
    expect(wordErrorRate(HUMAN_TEXT, text)).toBeLessThanOrEqual(0.1);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['silence', silence(3)],
    ['noise', noise(3, 0.3)],
    ['a tone', tone(3, (index) => 0.5 * Math.sin(index * 0.17))],
    ['a tenth of a second', humanSpeech().subarray(32_000, 35_200)],
    ['long silence', silence(65)],
  ])('hears no words in %s, and does not ask the recogniser', async (_, bytes) => {
    const recognise = jest.spyOn(MoonshineRecogniser.prototype, 'recognise');
    const transcript = await hear(bytes);
    expect(transcript).toMatchObject({ text: '', segments: [], duration: bytes.length / 32_000 });
    expect(recognise).not.toHaveBeenCalled();
    recognise.mockRestore();
  });

  it('cuts long recordings at pauses and keeps the order', async () => {
    const speech = humanSpeech();
    const parts = [silence(2), speech, silence(1), speech, silence(5), speech, speech, silence(0.5), speech, speech, silence(4)];
    const heard: TranscriptSegment[] = [];
    const transcript = await hear(Buffer.concat(parts), { onSegment: (segment) => heard.push(segment) });
    expect(transcript.duration).toBeCloseTo(78.5, 0);
    expect(wordErrorRate(Array.from({ length: 6 }, () => HUMAN_TEXT).join(' '), transcript.text)).toBeLessThanOrEqual(0.08);
    expect(heard).toEqual(transcript.segments);
    expectInOrder(heard, 78.5);
    expect(heard[0]?.start).toBeCloseTo(2.3, 0);
    // Nobody speaks between the second and the third.
    expect(heard.filter(({ start, end }) => start < 29.5 && end > 26)).toEqual([]);
  });

  it('cuts speech without any pause', async () => {
    const samples = new Int16Array(Uint8Array.from(humanSpeech()).buffer);
    const dense = [samples.subarray(0.3 * 16_000, 2.2 * 16_000), samples.subarray(5.4 * 16_000, 7.6 * 16_000)];
    const bytes = Buffer.concat(Array.from({ length: 20 }, (_, index) => Buffer.from(new Int16Array(dense[index % 2]!).buffer)));
    const transcript = await hear(bytes);
    const words = transcript.text.toLowerCase();
    expect(words.match(/fellow/gu)?.length).toBeGreaterThanOrEqual(8);
    expect(words.match(/country/gu)?.length).toBeGreaterThanOrEqual(8);
    expectInOrder(transcript.segments ?? [], transcript.duration);
  });

  it.each([
    [
      { language: 'de' },
      { code: 'unsupported', param: 'language', message: expect.stringContaining('PARLANCE_LOCAL_TRANSCRIPTION_MODEL') },
    ],
    [{ model: 'whisper-1' }, { code: 'not_found', param: 'model', message: expect.stringContaining('moonshine-tiny') }],
    [{ recording: { bytes: silence(1), format: 'mp3' as const } }, { code: 'unsupported', param: 'recording' }],
    [{ recording: { bytes: silence(1), format: 'pcm' as const } }, { code: 'invalid', param: 'recording' }],
    [{ recording: { bytes: silence(1), format: 'pcm' as const, sampleRate: 0 } }, { code: 'invalid', param: 'recording' }],
    [{ recording: { bytes: silence(1), format: 'pcm' as const, sampleRate: 8000 } }, { code: 'invalid', param: 'recording' }],
  ])('refuses %j', async (changes, error) => {
    await expect(hear(silence(1), changes)).rejects.toMatchObject(error);
  });

  it('says what it does not take', async () => {
    const { warnings } = await hear(silence(1), { prompt: 'Parlance', temperature: 0.5, options: { beam: 4 } });
    expect(warnings.map(({ code, param }) => [code, param])).toEqual(
      ['beam', 'prompt', 'temperature'].map((param) => ['unsupported_option', param]),
    );
  });

  it('stops when its caller leaves, and serves the next', async () => {
    const long = Buffer.concat(Array.from({ length: 8 }, () => humanSpeech()));
    const controller = new AbortController();
    const request = transcriptionRequest(long, { onSegment: () => controller.abort(new Error('gone')) });
    await expect(provider.transcription.transcribe(request, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    await expect(provider.transcription.transcribe(request, controller.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect((await hear(humanSpeech())).text).toContain('country');
  });

  it('passes on what a listener throws', async () => {
    const onSegment = () => {
      throw new Error('listener');
    };
    await expect(hear(humanSpeech(), { onSegment })).rejects.toThrow('listener');
  });
});

function expectInOrder(segments: readonly TranscriptSegment[], duration: number): void {
  let time = 0;
  for (const { start, end, text } of segments) {
    expect(text).not.toBe('');
    expect(start).toBeGreaterThanOrEqual(time);
    expect(end).toBeGreaterThanOrEqual(start);
    time = end;
  }
  expect(time).toBeLessThanOrEqual(duration);
}
