import { pcm16ToSamples } from '@parlance/audio';
import OpenAI, { AuthenticationError, BadRequestError } from 'openai';
import { eventually } from '../../conformance/check.js';
import { BROKEN_SENTENCE, readSentences, sentenceText } from '../../spoken-sentences/spoken-sentences.js';
import type { StandIn } from '../stand-in.js';
import { OPENAI_KEY } from './openai-compatible.stand-in.js';
import { startSentenceStandIn } from './sentence.stand-in.js';

describe('the stand-in whose speech can be read back', () => {
  let standIn: StandIn;
  let slow: StandIn;
  beforeAll(async () => {
    [standIn, slow] = await Promise.all([startSentenceStandIn(), startSentenceStandIn({ millisecondsPerCharacter: 1 })]);
  });
  afterEach(() => {
    standIn.reset();
    slow.reset();
  });
  afterAll(() => Promise.all([standIn.close(), slow.close()]));

  const speak = (server: StandIn, input: string, response_format: 'pcm' | 'wav' | 'mp3' = 'pcm', apiKey = OPENAI_KEY) =>
    new OpenAI({ baseURL: `${server.url}/v1`, apiKey, maxRetries: 0 }).audio.speech.create({
      model: 'gpt-4o-mini-tts',
      voice: 'alloy',
      input,
      response_format,
    });
  const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
  const text = [3, 14, 159].map(sentenceText).join(' ');

  it('speaks its sentences, at once and slowly', async () => {
    for (const server of [standIn, slow]) {
      const bytes = await bytesOf(await speak(server, text));
      expect(readSentences(pcm16ToSamples(bytes), 24_000)).toEqual([3, 14, 159]);
    }
  });

  it('speaks WAV without a length', async () => {
    const bytes = Buffer.from(await bytesOf(await speak(standIn, text, 'wav')));
    expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4), bytes.readUInt32LE(40)]).toEqual(['RIFF', 0xffff_ffff, 0xffff_ffff]);
    expect(readSentences(pcm16ToSamples(bytes.subarray(44)), bytes.readUInt32LE(24))).toEqual([3, 14, 159]);
  });

  it('speaks a part of a sentence as a broken one', async () => {
    const bytes = await bytesOf(await speak(standIn, text.slice(0, -9)));
    expect(readSentences(pcm16ToSamples(bytes), 24_000)).toEqual([3, 14, BROKEN_SENTENCE]);
  });

  it('takes its time, and stops when nobody listens', async () => {
    const endless = await startSentenceStandIn({ millisecondsPerCharacter: 10_000_000 / text.length });
    const leaving = new AbortController();
    const answer = fetch(`${endless.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { authorization: `Bearer ${OPENAI_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tts-1', voice: 'alloy', input: text, response_format: 'pcm' }),
      signal: leaving.signal,
    });
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    await eventually(async () => endless.requests.length === 1 && timers() > before, 'The request did not come.');
    leaving.abort(new Error('left'));
    await expect(answer).rejects.toThrow('left');
    await eventually(async () => endless.openSockets === 0 && timers() <= before, 'It still speaks.');
    await endless.close();
  });

  it('fails as any stand-in does', async () => {
    standIn.fail({ kind: 'cut' });
    const answer = await speak(standIn, text);
    await expect(answer.arrayBuffer()).rejects.toThrow('terminated');
  });

  it('refuses as the original does, and what it cannot speak', async () => {
    await expect(speak(standIn, text, 'pcm', 'sk-wrong')).rejects.toThrow(AuthenticationError);
    await expect(speak(standIn, '')).rejects.toThrow(BadRequestError);
    await expect(speak(standIn, text, 'mp3')).rejects.toThrow(BadRequestError);
  });
});
