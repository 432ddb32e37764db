import { describeWithProgram, wordErrorRate } from '@parlance/testing';
import { toFile } from 'openai';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { encoded, samplesOf, speech, spokenWords } from './support/recordings.js';

const model = 'whisper-1';

describe('transcription through the official client', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const recording = () => toFile(speech, 'speech.wav');
  const transcriptions = () => gateway.client.audio.transcriptions;

  it('json', async () => {
    const { text, usage } = await transcriptions().create({ model, file: await recording(), language: 'en' });
    expect(wordErrorRate(spokenWords, text)).toBeLessThanOrEqual(0.1);
    expect(usage).toEqual({ type: 'duration', seconds: 11 });
  });

  it('text', async () => {
    const text = await transcriptions().create({ model, file: await recording(), response_format: 'text' });
    expect(wordErrorRate(spokenWords, text)).toBeLessThanOrEqual(0.1);
  });

  it('verbose_json with times in order, in seconds', async () => {
    const result = await transcriptions().create({
      model,
      file: await recording(),
      response_format: 'verbose_json',
      timestamp_granularities: ['segment'],
    });
    expect(result.duration).toBeCloseTo(11, 0);
    const segments = result.segments ?? [];
    expect(segments.length).toBeGreaterThan(0);
    expect(segments.every(({ start, end }) => start < end && end <= 11.1)).toBe(true);
    expect(segments.map(({ text }) => text).join(' ')).toBe(result.text);
  });

  it('srt and vtt', async () => {
    const srt = await transcriptions().create({ model, file: await recording(), response_format: 'srt' });
    expect(srt).toMatch(/^1\n\d\d:\d\d:\d\d,\d{3} --> \d\d:\d\d:\d\d,\d{3}\n\S/);
    const vtt = await transcriptions().create({ model, file: await recording(), response_format: 'vtt' });
    expect(vtt).toMatch(/^WEBVTT\n\n[\s\S]*\d\d:\d\d\.\d{3} --> /);
  });

  it('piece by piece', async () => {
    const events = await transcriptions().create({ model, file: await recording(), stream: true });
    let text = '';
    let whole: string | undefined;
    for await (const event of events) {
      if (event.type === 'transcript.text.delta') text += event.delta;
      if (event.type === 'transcript.text.done') whole = event.text;
    }
    expect(text).toBe(whole);
    expect(wordErrorRate(spokenWords, text)).toBeLessThanOrEqual(0.1);
  });

  it.each(['mp3', 'opus', 'flac'] as const)('of a recording in %s, whatever it is called', async (format) => {
    const file = await toFile(await encoded(samplesOf(0, 11), format), 'recording.bin');
    const { text } = await transcriptions().create({ model, file });
    expect(wordErrorRate(spokenWords, text)).toBeLessThanOrEqual(0.15);
  });

  describeWithProgram('ffmpeg', () => {
    it('of a recording in aac', async () => {
      const file = await toFile(await encoded(samplesOf(0, 11), 'aac'), 'recording.aac');
      expect(wordErrorRate(spokenWords, (await transcriptions().create({ model, file })).text)).toBeLessThanOrEqual(0.15);
    });
  });

  it('of silence is empty, and no error', async () => {
    const silence = await encoded({ samples: new Float32Array(16_000), sampleRate: 16_000 }, 'wav');
    expect((await transcriptions().create({ model, file: await toFile(silence, 'silence.wav') })).text).toBe('');
  });

  it('of a bare body, with its trace', async () => {
    const response = await fetch(`${gateway.url}/v1/voice/transcribe?model=local/moonshine-tiny`, {
      method: 'POST',
      headers: { 'content-type': 'audio/wav' },
      body: speech,
    });
    const result = (await response.json()) as { text: string; trace: object };
    expect(wordErrorRate(spokenWords, result.text)).toBeLessThanOrEqual(0.1);
    expect(result.trace).toMatchObject({ operation: 'transcribe', servedBy: { provider: 'local', model: 'moonshine-tiny' } });
  });
});
