import speech from '@google-cloud/speech';
import { TextToSpeechClient } from '@google-cloud/text-to-speech';
import { GOOGLE_KEY, jsonBody, spokenAudio, startGoogleStandIn, type CapturedRequest, type GoogleStandIn } from '@parlance/testing';
import { makeGoogle, speechRequest, transcriptionRequest } from './__fixtures__/google-bench.js';

/**
 * What differs and may:
 * - the query `$alt=json;enum-encoding=int`: Google's library wants enums as numbers in the answer; names are the
 *   default of the API, and there is no enum in the answers we read
 * - enums in the body: numbers there, the names that stand for the same numbers here
 * - `annotations: {}` of v2's phrases: their library writes a map that nobody set
 * - headers in which a client speaks of itself (`x-goog-api-client`, `user-agent`, `x-goog-request-params`, which only
 *   routes) or of the connection (`accept`, `accept-encoding`, `connection`, `host`, `content-length`)
 */
const enumNames: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  audioEncoding: { 1: 'LINEAR16', 2: 'MP3', 3: 'OGG_OPUS', 7: 'PCM' },
  encoding: { 1: 'LINEAR16', 6: 'OGG_OPUS' },
};
const aboutItself = new Set([
  'x-goog-api-client',
  'x-goog-request-params',
  'user-agent',
  'accept',
  'accept-encoding',
  'accept-language',
  'connection',
  'host',
  'content-length',
  'sec-fetch-mode',
]);

function comparable(request: CapturedRequest) {
  const { method, path, query, headers } = request;
  const named = (name: string, value: unknown): unknown => {
    if (name === 'annotations' && JSON.stringify(value) === '{}') return undefined;
    return typeof value === 'number' ? (enumNames[name]?.[value] ?? value) : value;
  };
  return {
    method,
    path,
    query: [...query].filter(([name]) => name !== '$alt'),
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !aboutItself.has(name))),
    body: JSON.parse(JSON.stringify(jsonBody(request)), named) as unknown,
  };
}

/** Jest cannot do what the library gets its usual `fetch` by: importing a module in the middle of CommonJS. */
const clientOptions = { transporterOptions: { fetchImplementation: fetch } };

describe("what we send and what Google's own libraries send", () => {
  let standIn: GoogleStandIn;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    standIn = await startGoogleStandIn();
  });
  afterEach(async () => {
    await Promise.all(closing.splice(0).map((close) => close()));
    standIn.reset();
  });
  afterAll(() => standIn.close());

  const place = () => ({
    fallback: true,
    protocol: 'http',
    apiEndpoint: '127.0.0.1',
    port: Number(new URL(standIn.url).port),
    clientOptions,
    // Without it the library looks for a metadata server in the network, key or no key.
    projectId: standIn.account.project,
    apiKey: GOOGLE_KEY,
  });
  function ours(options: Readonly<Record<string, unknown>> = {}) {
    const made = makeGoogle(standIn, { key: GOOGLE_KEY }, options);
    closing.push(made.close);
    return made;
  }
  function theirs<Client extends { close(): Promise<void> }>(client: Client): Client {
    closing.push(() => client.close());
    return client;
  }
  const signal = () => new AbortController().signal;
  /** What the two sent: theirs, and then ours. */
  function sent() {
    const [one, other, ...more] = standIn.calls.map((call) => comparable(call));
    expect(more).toEqual([]);
    expect(one?.headers['x-goog-api-key']).toBe(GOOGLE_KEY);
    return { one, other };
  }

  it.each(['mp3', 'opus', 'wav', 'pcm'] as const)('is the same for %s speech', async (format) => {
    const audioEncoding = ({ mp3: 'MP3', opus: 'OGG_OPUS', wav: 'LINEAR16', pcm: 'PCM' } as const)[format];
    await theirs(new TextToSpeechClient(place())).synthesizeSpeech({
      input: { text: 'Fish & chips — привет.' },
      voice: { languageCode: 'en-GB', name: 'en-GB-Neural2-B' },
      audioConfig: { audioEncoding, speakingRate: 1.25, pitch: -2, volumeGainDb: 3, sampleRateHertz: 16_000 },
    });
    const changes = { voice: 'en-GB-Neural2-B', language: 'en-GB', speed: 1.25, pitch: -2, volumeGain: 3, sampleRate: 16_000 };
    await ours().speech.speak(speechRequest({ ...changes, format, text: 'Fish & chips — привет.' }), signal());
    const { one, other } = sent();
    expect(other).toEqual(one);
  });

  it('is the same for transcription', async () => {
    await theirs(new speech.v1.SpeechClient(place())).recognize({
      config: {
        encoding: 'OGG_OPUS',
        sampleRateHertz: 48_000,
        languageCode: 'de-DE',
        model: 'latest_long',
        enableAutomaticPunctuation: true,
        enableWordTimeOffsets: true,
        speechContexts: [{ phrases: ['Xylander', 'Quendolin'] }],
      },
      audio: { content: spokenAudio('opus').toString('base64') },
    });
    const recording = { bytes: spokenAudio('opus'), format: 'ogg-opus' as const };
    await ours().transcription.transcribe(transcriptionRequest({ recording, language: 'de', prompt: 'Xylander, Quendolin' }), signal());
    const { one, other } = sent();
    expect(other).toEqual(one);
  });

  it('is the same for transcription by the second version', async () => {
    await theirs(new speech.v2.SpeechClient(place())).recognize({
      recognizer: 'projects/stand-in-project/locations/global/recognizers/_',
      config: {
        autoDecodingConfig: {},
        model: 'long',
        languageCodes: ['en-US'],
        features: { enableAutomaticPunctuation: true, enableWordTimeOffsets: true },
        adaptation: { phraseSets: [{ inlinePhraseSet: { phrases: [{ value: 'Xylander' }] } }] },
      },
      content: spokenAudio('mp3').toString('base64'),
    });
    const recording = { bytes: spokenAudio('mp3'), format: 'mp3' as const };
    const { transcription } = ours({ apiVersion: 'v2', project: 'stand-in-project' });
    await transcription.transcribe(transcriptionRequest({ recording, model: 'long', language: 'en-US', prompt: 'Xylander' }), signal());
    const { one, other } = sent();
    expect(other).toEqual(one);
  });
});
