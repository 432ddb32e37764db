import { DeepgramClient } from '@deepgram/sdk';
import { DEEPGRAM_KEY, jsonBody, spokenAudio, startDeepgramStandIn, type CapturedRequest, type StandIn } from '@parlance/testing';
import { createProvider } from '../create-provider.js';
import { ConnectionPools } from '../http/connection-pools.js';
import type { Provider } from '../provider.js';

describe("what is sent to Deepgram, next to what Deepgram's own client sends", () => {
  let standIn: StandIn;
  let pools: ConnectionPools;
  let provider: Provider;
  let client: DeepgramClient;
  const { signal } = new AbortController();
  beforeAll(async () => {
    standIn = await startDeepgramStandIn();
    pools = new ConnectionPools();
    provider = createProvider(
      { name: 'deepgram', provider: 'deepgram', options: { apiKey: DEEPGRAM_KEY, baseUrl: standIn.url } },
      pools,
      {},
    );
    client = new DeepgramClient({ apiKey: DEEPGRAM_KEY, baseUrl: standIn.url, maxRetries: 0 });
  });
  afterEach(() => standIn.reset());
  afterAll(async () => {
    await pools.close();
    await standIn.close();
  });

  /**
   * Left out: what a client says about itself (`x-fern-*`, `user-agent`), what answers it takes, and how it keeps the
   * connection. The order of parameters says nothing. Of the content type, only what comes before `;`.
   */
  const comparable = ({ method, path, query, headers }: CapturedRequest) => ({
    method,
    path,
    query: [...query].toSorted(([one], [other]) => one.localeCompare(other)),
    authorization: headers.authorization,
    type: headers['content-type']?.split(';')[0],
  });

  it.each([
    [{ format: 'mp3' }, { encoding: 'mp3' }],
    [{ format: 'opus' }, { encoding: 'opus', container: 'ogg' }],
    [
      { format: 'wav', speed: 1.2, sampleRate: 16_000 },
      { encoding: 'linear16', container: 'wav', sample_rate: 16_000, speed: 1.2 },
    ],
  ] as const)('asks for speech in the same words: %j', async (ours, theirs) => {
    const text = 'Same, "quoted" — привет.';
    const named = { text, model: 'aura-2', voice: 'aura-2-thalia-en', language: 'en', speed: 1, pitch: 0, volumeGain: 0 };
    await provider.speech!.speak({ ...named, ...ours }, signal);
    await client.speak.v1.audio.generate({ text, model: 'aura-2-thalia-en', ...theirs });
    const [mine, original] = standIn.calls;
    expect(comparable(mine!)).toEqual(comparable(original!));
    expect(jsonBody(mine!)).toEqual(jsonBody(original!));
  });

  it('asks for a transcript in the same words, but names what the recording is', async () => {
    const bytes = spokenAudio('mp3');
    await provider.transcription!.transcribe(
      { recording: { bytes, format: 'mp3' }, model: 'nova-3', language: 'en-GB', prompt: 'Parlance, Nest' },
      signal,
    );
    const formatting = { smart_format: true, punctuate: true, utterances: true };
    await client.listen.v1.media.transcribeFile(bytes, {
      model: 'nova-3',
      language: 'en-GB',
      keyterm: ['Parlance', 'Nest'],
      ...formatting,
    });
    const [mine, original] = standIn.calls;
    // The client sends every recording as octets and lets Deepgram look; we know what it is.
    expect(comparable(mine!)).toEqual({ ...comparable(original!), type: 'audio/mpeg' });
    expect(mine!.body.equals(original!.body)).toBe(true);
  });
});
