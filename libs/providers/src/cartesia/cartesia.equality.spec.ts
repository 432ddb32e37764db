import Cartesia, { toFile } from '@cartesia/cartesia-js';
import {
  CARTESIA_KEY,
  jsonBody,
  parseMultipart,
  spokenAudio,
  startCartesiaStandIn,
  type CapturedRequest,
  type StandIn,
} from '@parlance/testing';
import { make, sound, speechRequest, transcriptionRequest } from './__fixtures__/cartesia-requests.js';

describe("cartesia beside Cartesia's own client", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startCartesiaStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;
  const client = () => new Cartesia({ baseURL: standIn.url, apiKey: CARTESIA_KEY, maxRetries: 0 });
  /** The client has one version; ours is an option. */
  const ours = () => make(standIn.url, { key: CARTESIA_KEY }, { apiVersion: '2026-08-14' });

  /** Left out on purpose: user-agent and x-stainless-*, which name the client, and accept, which says audio/wav for every format. */
  const head = ({ method, path, query, headers }: CapturedRequest) => ({
    method,
    path,
    query: Object.fromEntries(query),
    authorization: headers.authorization,
    version: headers['cartesia-version'],
    type: headers['content-type']?.split(';')[0],
  });

  it.each([
    ['mp3', { container: 'mp3', sample_rate: 44_100, bit_rate: 128_000 }],
    ['wav', { container: 'wav', encoding: 'pcm_s16le', sample_rate: 24_000 }],
    ['pcm', { container: 'raw', encoding: 'pcm_s16le', sample_rate: 24_000 }],
  ] as const)('asks for %s in the same way', async (format, output_format) => {
    const { speech, close } = ours();
    const options = { normalization: 'off', generation_config: { emotion: 'calm' } };
    await sound(await speech.speak(speechRequest({ text: 'Sämé.', language: 'de-AT', speed: 1.2, format, options }), signal()));
    await close();
    const answer = await client().tts.generate({
      model_id: 'sonic-3',
      transcript: 'Sämé.',
      voice: { mode: 'id', id: 'f786b574-daa5-4673-aa0c-cbe3e8534c02' },
      language: 'de',
      output_format,
      normalization: 'off',
      generation_config: { emotion: 'calm', speed: 1.2 },
    });
    await answer.arrayBuffer();
    const [first, second] = standIn.requests;
    expect(head(first!)).toEqual(head(second!));
    expect(jsonBody(first!)).toEqual(jsonBody(second!));
  });

  it.each([
    ['mp3', 'audio.mp3', 'audio/mpeg', {}],
    ['pcm', 'audio.pcm', 'application/octet-stream', { encoding: 'pcm_s16le', sample_rate: 24_000 }],
  ] as const)('asks for a transcript of %s in the same way', async (format, name, type, query) => {
    const { transcription, close } = ours();
    const bytes = spokenAudio(format);
    await transcription.transcribe(
      transcriptionRequest(spokenAudio('mp3'), { recording: { bytes, format, sampleRate: 24_000 }, language: 'en-US' }),
      signal(),
    );
    await close();
    const file = await toFile(bytes, name, { type });
    await client().stt.transcribe({ file, model: 'ink-whisper', language: 'en', timestamp_granularities: ['word'], ...query });
    const [first, second] = standIn.requests;
    expect(head(first!)).toEqual(head(second!));
    const [mine, theirs] = await Promise.all([parseMultipart(first!), parseMultipart(second!)]);
    expect(Object.fromEntries(mine.fields)).toEqual(Object.fromEntries(theirs.fields));
    expect(mine.files).toEqual(theirs.files);
  });
});
