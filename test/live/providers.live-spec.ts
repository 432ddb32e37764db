import { sniffFormat } from '@parlance/audio';
import type { AudioFormat, SpeechRequest } from '@parlance/contracts';
import { accountsFromEnvironment, ProviderFactory } from '@parlance/providers';
import { SPOKEN_TEXT, spokenAudio, wordErrorRate } from '@parlance/testing';

/** What the bytes of a format begin with; raw samples begin with anything. */
const containers: Readonly<Partial<Record<AudioFormat, string>>> = { mp3: 'mp3', opus: 'ogg-opus', flac: 'flac', wav: 'wav', aac: 'aac' };
const { accounts } = accountsFromEnvironment(process.env);
const factory = new ProviderFactory({ accounts });
const signal = () => AbortSignal.timeout(60_000);

afterAll(() => factory.close());

describe.each(accounts.filter(({ name }) => factory.speechNames().includes(name)).map(({ name }) => name))('%s speaks', (name) => {
  const provider = factory.speechProvider(name);
  const { capabilities } = provider;
  const request = (changes: Partial<SpeechRequest> = {}): SpeechRequest => ({
    text: SPOKEN_TEXT,
    model: capabilities.models[0]!.id,
    voice: capabilities.voices[0]!.id,
    language: 'en',
    format: capabilities.formats[0]!,
    speed: 1,
    pitch: 0,
    volumeGain: 0,
    ...changes,
  });

  it.each(capabilities.formats)('%s, as declared', async (format) => {
    const { chunks } = await provider.speak(request({ format }), signal());
    const parts: Uint8Array[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const bytes = Buffer.concat(parts);
    expect(bytes.length).toBeGreaterThan(1000);
    expect(format === 'pcm' ? undefined : sniffFormat(bytes)).toBe(containers[format]);
  });

  it('nothing for an empty text', async () => {
    await expect(provider.speak(request({ text: ' ' }), signal())).rejects.toMatchObject({ code: 'invalid' });
  });

  it('until its listener leaves', async () => {
    const leaving = new AbortController();
    const { chunks } = await provider.speak(request(), leaving.signal);
    leaving.abort();
    const reading = (async () => {
      for await (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'aborted' });
  });
});

describe.each(accounts.filter(({ name }) => factory.transcriptionNames().includes(name)).map(({ name }) => name))('%s hears', (name) => {
  const provider = factory.transcriptionProvider(name);

  it('what was said', async () => {
    const recording = { bytes: spokenAudio('wav'), format: 'wav' as const, duration: 2 };
    const { text } = await provider.transcribe({ recording, model: provider.capabilities.models[0]!.id, language: 'en-US' }, signal());
    expect(wordErrorRate(SPOKEN_TEXT, text)).toBeLessThanOrEqual(0.4);
  });

  it('nothing in an empty recording', async () => {
    const recording = { bytes: new Uint8Array(), format: 'wav' as const };
    await expect(provider.transcribe({ recording, model: provider.capabilities.models[0]!.id }, signal())).rejects.toMatchObject({
      code: 'invalid',
    });
  });
});
