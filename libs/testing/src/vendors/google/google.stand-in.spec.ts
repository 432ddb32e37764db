import speech from '@google-cloud/speech';
import { TextToSpeechClient } from '@google-cloud/text-to-speech';
import { audioKind } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio, wavOf } from '../audio/spoken-audio.js';
import { GOOGLE_KEY, GoogleAccount } from './google.access.js';
import { startGoogleStandIn, type GoogleStandIn } from './google.stand-in.js';

/** Jest cannot do what the library gets its usual `fetch` by: importing a module in the middle of CommonJS. */
const clientOptions = { transporterOptions: { fetchImplementation: fetch } };

describe("Google's stand-in and Google's own libraries", () => {
  let standIn: GoogleStandIn;
  const clients: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    standIn = await startGoogleStandIn();
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    standIn.reset();
    standIn.stored.clear();
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
  });
  const signedIn = () => ({ ...place(), credentials: standIn.account.keyFile });
  function keep<Client extends { close(): Promise<void> }>(client: Client): Client {
    clients.push(client);
    return client;
  }
  const request = {
    input: { text: 'Hello.' },
    voice: { languageCode: 'en-US', name: 'en-US-Neural2-C' },
    audioConfig: { audioEncoding: 'MP3' },
  } as const;
  const config = { languageCode: 'en-US', enableWordTimeOffsets: true };
  const content = spokenAudio('wav').toString('base64');

  it.each([
    ['MP3', 'mp3'],
    ['OGG_OPUS', 'ogg'],
    ['LINEAR16', 'wav'],
  ] as const)('speaks %s', async (audioEncoding, kind) => {
    const client = keep(new TextToSpeechClient({ ...place(), apiKey: GOOGLE_KEY }));
    const [{ audioContent }] = await client.synthesizeSpeech({ ...request, audioConfig: { audioEncoding } });
    expect(audioKind(audioContent as Uint8Array)).toBe(kind);
  });

  it('lists voices', async () => {
    const client = keep(new TextToSpeechClient({ ...place(), apiKey: GOOGLE_KEY }));
    const [{ voices }] = await client.listVoices({ languageCode: 'de-DE' });
    expect(voices).toMatchObject([{ name: 'de-DE-Neural2-B', languageCodes: ['de-DE'], ssmlGender: 'FEMALE' }]);
  });

  it('hears, with times', async () => {
    const client = keep(new speech.v1.SpeechClient({ ...place(), apiKey: GOOGLE_KEY }));
    const [{ results }] = await client.recognize({ config, audio: { content } });
    expect(results?.[0]?.alternatives?.[0]?.transcript).toBe(SPOKEN_TEXT);
    expect(results?.[0]?.alternatives?.[0]?.words?.[1]).toMatchObject({ word: 'morning', startTime: { nanos: 400_000_000 } });
  });

  it('hears by the second version', async () => {
    const client = keep(new speech.v2.SpeechClient({ ...place(), apiKey: GOOGLE_KEY }));
    const recognizer = `projects/${standIn.account.project}/locations/global/recognizers/_`;
    const [{ results }] = await client.recognize({
      recognizer,
      config: { autoDecodingConfig: {}, model: 'long', languageCodes: ['en-US'] },
      content,
    });
    expect(results?.[0]?.alternatives?.[0]?.transcript).toBe(SPOKEN_TEXT);
  });

  it('hears a long recording that lies in storage', async () => {
    standIn.stored.set('bucket/long.wav', wavOf(Buffer.concat(Array<Buffer>(40).fill(spokenAudio('pcm'))), 24_000));
    const client = keep(new speech.v1.SpeechClient(signedIn()));
    const [operation] = await client.longRunningRecognize({ config, audio: { uri: 'gs://bucket/long.wav' } });
    const [{ results }] = await operation.promise();
    expect(results?.[0]?.alternatives?.[0]?.transcript).toBe(SPOKEN_TEXT);
    await expect(
      client.longRunningRecognize({ config, audio: { content: standIn.stored.get('bucket/long.wav')!.toString('base64') } }),
    ).rejects.toMatchObject({ code: 400, message: expect.stringContaining('Inline audio exceeds duration limit') });
  });

  it('takes the token that the library signs, and no other', async () => {
    const client = keep(new TextToSpeechClient(signedIn()));
    await expect(client.synthesizeSpeech(request)).resolves.toHaveLength(3);
    const stranger = keep(new TextToSpeechClient({ ...place(), credentials: new GoogleAccount().keyFile }));
    await expect(stranger.synthesizeSpeech(request)).rejects.toMatchObject({
      code: 401,
      message: expect.stringContaining('UNAUTHENTICATED'),
    });
  });

  it('refuses a wrong key the way Google does', async () => {
    const client = keep(new TextToSpeechClient({ ...place(), apiKey: 'wrong' }));
    await expect(client.synthesizeSpeech(request)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(/API key not valid[^]*API_KEY_INVALID/),
    });
  });

  it.each([
    ['an unknown field', { ...request, foo: 1 }, /Unknown name "foo": Cannot find field/],
    ['a wrong type', { ...request, input: { text: 7 } }, /Invalid value at 'input.text' \(TYPE_STRING\)/],
    ['no encoding', { ...request, audioConfig: {} }, /audio_encoding/],
    ['two inputs', { ...request, input: { text: 'a', ssml: '<speak>a</speak>' } }, /Exactly one/],
    ['too many bytes', { ...request, input: { text: 'ж'.repeat(2501) } }, /longer than the limit of 5000 bytes/],
    ['an unknown voice', { ...request, voice: { languageCode: 'en-US', name: 'nobody' } }, /does not exist/],
    ['a voice of another language', { ...request, voice: { ...request.voice, languageCode: 'en-GB' } }, /doesn't match the voice/],
  ])('refuses %s', async (_name, body, message) => {
    const answer = await fetch(`${standIn.url}/v1/text:synthesize?key=${GOOGLE_KEY}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(400);
    await expect(answer.json()).resolves.toMatchObject({
      error: { code: 400, status: 'INVALID_ARGUMENT', message: expect.stringMatching(message) },
    });
  });

  it('refuses what is no audio, or not the audio it is said to be', async () => {
    const client = keep(new speech.v1.SpeechClient({ ...place(), apiKey: GOOGLE_KEY }));
    for (const [wrong, encoding] of [
      [Buffer.from('no audio'), 'FLAC'],
      [spokenAudio('mp3'), 'OGG_OPUS'],
    ] as const) {
      const audio = { content: wrong.toString('base64') };
      await expect(client.recognize({ config: { ...config, encoding, sampleRateHertz: 48_000 }, audio })).rejects.toMatchObject({
        code: 400,
        message: expect.stringContaining('bad encoding'),
      });
    }
  });
});
