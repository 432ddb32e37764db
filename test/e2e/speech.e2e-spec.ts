import { AudioConverter, sniffFormat } from '@parlance/audio';
import { describeWithProgram, wordErrorRate } from '@parlance/testing';
import { toFile } from 'openai';
import { eventsOf } from '../../apps/gateway/src/__fixtures__/post.js';
import { startGateway, type RunningGateway } from './support/gateway.js';

const input = 'The quick brown fox jumps over the lazy dog.';
const voice = 'alloy';
const model = 'tts-1';

describe('speech through the official client', () => {
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

  async function speak(response_format: 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm') {
    const response = await gateway.client.audio.speech.create({ model, voice, input, response_format });
    return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
  }

  it.each([
    ['mp3', 'audio/mpeg', 'mp3'],
    ['opus', 'audio/ogg', 'ogg-opus'],
    ['flac', 'audio/flac', 'flac'],
    ['wav', 'audio/wav', 'wav'],
  ] as const)('%s is %s and decodes', async (format, contentType, container) => {
    const { response, bytes } = await speak(format);
    expect(response.headers.get('content-type')).toBe(contentType);
    expect(response.headers.get('x-parlance-provider')).toBe('local');
    expect(sniffFormat(bytes)).toBe(container);
    const { duration } = await converter.decode(bytes, {}, new AbortController().signal);
    expect(duration).toBeGreaterThan(1.5);
    expect(duration).toBeLessThan(6);
  });

  it('pcm is bare 24 kHz samples', async () => {
    const { response, bytes } = await speak('pcm');
    expect(response.headers.get('content-type')).toBe('audio/pcm');
    expect(bytes.byteLength / 2 / 24_000).toBeGreaterThan(1.5);
    expect(bytes.byteLength / 2 / 24_000).toBeLessThan(6);
    expect(bytes.byteLength % 2).toBe(0);
  });

  describeWithProgram('ffmpeg', () => {
    it('aac is a bare ADTS stream', async () => {
      const { response, bytes } = await speak('aac');
      expect(response.headers.get('content-type')).toBe('audio/aac');
      expect(sniffFormat(bytes)).toBe('aac');
    });
  });

  it('is the same audio again from the cache, in one piece', async () => {
    const request = { model, voice, input: 'Said twice.', response_format: 'mp3' } as const;
    const first = Buffer.from(await (await gateway.client.audio.speech.create(request)).arrayBuffer());
    const again = await gateway.client.audio.speech.create(request);
    expect(again.headers.get('x-parlance-cache')).toBe('hit');
    expect(again.headers.get('content-length')).toBe(String(first.byteLength));
    expect(Buffer.from(await again.arrayBuffer()).equals(first)).toBe(true);
  });

  it('is understood when it is transcribed', async () => {
    const { bytes } = await speak('opus');
    const { text } = await gateway.client.audio.transcriptions.create({ model: 'whisper-1', file: await toFile(bytes, 'voice.ogg') });
    expect(wordErrorRate(input, text)).toBeLessThanOrEqual(0.25);
  });

  it('comes as events that put together are the audio', async () => {
    const response = await gateway.client.audio.speech.create({
      model,
      voice,
      input: 'Some events.',
      response_format: 'wav',
      stream_format: 'sse',
    });
    const events = eventsOf(await response.text()) as { type: string; audio?: string; usage?: object }[];
    const audio = events.filter(({ type }) => type === 'speech.audio.delta').map((event) => Buffer.from(event.audio ?? '', 'base64'));
    expect(sniffFormat(Buffer.concat(audio))).toBe('wav');
    expect(events.at(-2)).toEqual({ type: 'speech.audio.done', usage: { input_tokens: 12, output_tokens: 0, total_tokens: 12 } });
    expect(events.at(-1)).toBe('[DONE]');
  });

  it('has another length at another speed, and another sound of another voice', async () => {
    const length = async (more: { speed?: number; voice?: string }): Promise<number> =>
      (await (await gateway.client.audio.speech.create({ model, voice, input, response_format: 'pcm', ...more })).arrayBuffer()).byteLength;
    const normal = await length({});
    expect(await length({ speed: 2 })).toBeLessThan(0.75 * normal);
    expect(await length({ speed: 0.5 })).toBeGreaterThan(1.5 * normal);
    expect(await length({ voice: 'onyx' })).not.toBe(normal);
  });

  it('is stored on demand, behind a link that expires', async () => {
    const body = { text: input, format: 'opus', delivery: 'url', agent: 'tester', expiresInSeconds: 60 };
    const response = await fetch(`${gateway.url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const stored = (await response.json()) as {
      url: string;
      expiresAt: string;
      file: { sizeBytes: number; mediaType: string };
      trace: object;
    };
    const got = await fetch(stored.url);
    const bytes = new Uint8Array(await got.arrayBuffer());
    expect(got.headers.get('content-type')).toBe('audio/ogg');
    expect(bytes.byteLength).toBe(stored.file.sizeBytes);
    expect(sniffFormat(bytes)).toBe('ogg-opus');
    expect(Date.parse(stored.expiresAt)).toBeGreaterThan(Date.now());
    expect(stored.trace).toMatchObject({ operation: 'speak', servedBy: { provider: 'local' } });
    // Whatever the first character is, another one.
    const tampered = stored.url.replace(/signature=(.)/, (_, first) => `signature=${first === '_' ? '-' : '_'}`);
    expect((await fetch(tampered)).status).toBe(403);
  });
});

describe('speech without ffmpeg', () => {
  it('says which formats there are instead of aac', async () => {
    const gateway = await startGateway({ PARLANCE_FFMPEG: 'off' });
    const request = gateway.client.audio.speech.create({ model, voice, input, response_format: 'aac' });
    await expect(request).rejects.toMatchObject({ status: 400, param: 'response_format', message: expect.stringMatching(/mp3.*opus/) });
    await gateway.close();
  });
});
