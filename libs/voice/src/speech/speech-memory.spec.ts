import { AudioConverter } from '@parlance/audio';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider } from '../__fixtures__/fake-providers.js';
import { collect } from '../streams/async-streams.js';
import type { SpeakRequest } from '../voice.types.js';

const longText = Array.from({ length: 30 }, (_, index) => `Sentence number ${index} is read out.`).join(' ');

describe('a passage of a long text', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  // What the fake speaks has 16 000 Hz; raw samples are to have 24 000 unless another rate is asked for.
  it.each([undefined, 8000])('does not answer, at the rate of its provider, who asks for it as samples at %p Hz', async (sampleRate) => {
    const provider = new FakeSpeechProvider('one');
    const voice = createVoice({ converter, speakers: [provider] });
    const speak = async (request: SpeakRequest) => {
      const { chunks, ...speech } = await voice.speak(request, new AbortController().signal);
      return { rate: speech.sampleRate, cache: speech.trace.cache, seconds: (await collect(chunks)).length / 2 / speech.sampleRate };
    };
    const rate = sampleRate === undefined ? {} : { sampleRate };
    await speak({ text: longText, format: 'wav', ...rate });
    const text = provider.asked[0]!.text;
    const asked = { rate: sampleRate ?? 24_000, seconds: expect.closeTo(text.length / 160, 2) };
    expect(await speak({ text, format: 'pcm', ...rate })).toEqual({ ...asked, cache: 'miss' });
    expect(await speak({ text, format: 'pcm', ...rate })).toEqual({ ...asked, cache: 'hit' });
  });
});
