import { AudioConverter, pcm16ToSamples } from '@parlance/audio';
import { describeWithProgram, SENTENCES, wordErrorRate } from '@parlance/testing';
import { toFile } from 'openai';
import { startGateway, type RunningGateway } from './support/gateway.js';
import { speech as humanSpeech, spokenWords } from './support/recordings.js';

describe('what is spoken is understood', () => {
  let gateway: RunningGateway;
  let converter: AudioConverter;
  beforeAll(async () => {
    gateway = await startGateway();
    converter = new AudioConverter();
  });
  afterAll(async () => {
    await gateway.close();
    await converter.close();
  });

  const speak = async (input: string, response_format: 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm') => {
    const response = await gateway.client.audio.speech.create({ model: 'tts-1', voice: 'alloy', input, response_format });
    return new Uint8Array(await response.arrayBuffer());
  };
  const hear = async (bytes: Uint8Array<ArrayBuffer>, name: string) => {
    const file = await toFile(bytes, name);
    return (await gateway.client.audio.transcriptions.create({ model: 'whisper-1', file })).text;
  };
  const wordErrors = async (format: Parameters<typeof speak>[1], sentences: readonly string[] = SENTENCES) => {
    const heard: string[] = [];
    for (const sentence of sentences) {
      const bytes = await speak(sentence, format);
      // Bare samples are no file: they get a header first, as their reader would give them.
      const pcm = { samples: pcm16ToSamples(bytes), sampleRate: 24_000 };
      const file = format === 'pcm' ? await converter.encode(pcm, { format: 'wav' }, new AbortController().signal) : bytes;
      heard.push(await hear(new Uint8Array(file), `a.${format}`));
    }
    return wordErrorRate(sentences.join(' '), heard.join(' '));
  };

  it('twenty sentences in mp3', async () => {
    expect(await wordErrors('mp3')).toBeLessThanOrEqual(0.1);
  });

  it.each(['opus', 'flac', 'wav', 'pcm'] as const)('eight of them in %s', async (format) => {
    expect(await wordErrors(format, SENTENCES.slice(0, 8))).toBeLessThanOrEqual(0.1);
  });

  describeWithProgram('ffmpeg', () => {
    it('eight of them in aac', async () => {
      expect(await wordErrors('aac', SENTENCES.slice(0, 8))).toBeLessThanOrEqual(0.1);
    });
  });

  it('a person', async () => {
    expect(wordErrorRate(spokenWords, await hear(new Uint8Array(humanSpeech), 'jfk.wav'))).toBeLessThanOrEqual(0.05);
  });
});
