import { AudioConverter } from '@parlance/audio';
import { SENTENCES, wordErrorRate } from '@parlance/testing';
import { startGateway, type RunningGateway } from './support/gateway.js';

const never = new AbortController().signal;

describe('a long text', () => {
  let gateway: RunningGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const speak = (text: string, signal = never) =>
    fetch(`${gateway.url}/v1/voice/speak`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text, format: 'mp3', cache: false }),
      signal,
    });

  it('of 20 000 characters is heard when its first sentence is made, and given up when the listener leaves', async () => {
    let text = '';
    for (let index = 0; text.length < 20_000; index++) text += `${SENTENCES[index % SENTENCES.length]} `;
    const leaving = new AbortController();
    const response = await speak(text.slice(0, 20_000), leaving.signal);
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    expect(value!.length).toBeGreaterThan(0);
    // Of more than fifty pieces, only the first and what is made ahead of the listener had been asked for.
    expect(Number(response.headers.get('x-parlance-attempts'))).toBeLessThanOrEqual(3);
    leaving.abort();
    expect((await speak('Somebody else is served at once.')).status).toBe(200);
  });

  it('comes whole and in order', async () => {
    const response = await speak(SENTENCES.join(' '));
    const audio = new Uint8Array(await response.arrayBuffer());
    const converter = new AudioConverter();
    const { duration } = await converter.decode(audio, {}, never);
    await converter.close();
    expect(duration).toBeGreaterThan(40);
    const form = new FormData();
    form.append('model', 'whisper-1');
    form.append('file', new Blob([audio]), 'a.mp3');
    const heard = await fetch(`${gateway.url}/v1/audio/transcriptions`, { method: 'POST', body: form });
    const { text } = (await heard.json()) as { text: string };
    expect(wordErrorRate(SENTENCES.join(' '), text)).toBeLessThanOrEqual(0.1);
  });
});
