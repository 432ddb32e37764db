import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import {
  ELEVENLABS_KEY,
  jsonBody,
  parseMultipart,
  spokenAudio,
  startElevenlabsStandIn,
  type CapturedRequest,
  type StandIn,
} from '@parlance/testing';
import { make, sound, speechRequest, transcriptionRequest } from './__fixtures__/elevenlabs-requests.js';

describe("elevenlabs beside ElevenLabs' own client", () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startElevenlabsStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;
  const client = () => new ElevenLabsClient({ baseUrl: standIn.url, apiKey: ELEVENLABS_KEY, maxRetries: 0 });

  /** Left out on purpose: user-agent and x-fern-*, which name the client, and accept, which the vendor does not read. */
  const head = ({ method, path, query, headers }: CapturedRequest) => ({
    method,
    path,
    query: Object.fromEntries(query),
    key: headers['xi-api-key'],
    authorization: headers.authorization,
    type: headers['content-type']?.split(';')[0],
  });

  it('asks for speech in the same way', async () => {
    const { speech, close } = make(standIn.url, { key: ELEVENLABS_KEY });
    const options = { enable_logging: true, seed: 7, previous_text: 'Before.', voice_settings: { stability: 0.4 } };
    await sound(await speech.speak(speechRequest({ text: 'Sämé.', language: 'de', speed: 1.1, format: 'opus', options }), signal()));
    await close();
    const stream = await client().textToSpeech.stream('JBFqnCBsd6RMkjVDRZzb', {
      enableLogging: true,
      outputFormat: 'opus_48000_64',
      text: 'Sämé.',
      modelId: 'eleven_flash_v2_5',
      languageCode: 'de',
      seed: 7,
      previousText: 'Before.',
      voiceSettings: { stability: 0.4, speed: 1.1 },
    });
    await new Response(stream).arrayBuffer();
    const [ours, theirs] = standIn.requests;
    expect(head(ours!)).toEqual(head(theirs!));
    expect(jsonBody(ours!)).toEqual(jsonBody(theirs!));
  });

  it('asks for a transcript in the same way', async () => {
    const { transcription, close } = make(standIn.url, { key: ELEVENLABS_KEY });
    const options = { keyterms: ['Parlance', 'Nest'], enable_logging: true };
    await transcription.transcribe(transcriptionRequest(spokenAudio('mp3'), { language: 'en-US', temperature: 0.2, options }), signal());
    await close();
    await client().speechToText.convert({
      enableLogging: true,
      modelId: 'scribe_v2',
      file: { data: spokenAudio('mp3'), filename: 'audio.mp3', contentType: 'audio/mpeg' },
      languageCode: 'en',
      tagAudioEvents: false,
      temperature: 0.2,
      keyterms: ['Parlance', 'Nest'],
    });
    const [ours, theirs] = standIn.requests;
    expect(head(ours!)).toEqual(head(theirs!));
    const [first, second] = await Promise.all([parseMultipart(ours!), parseMultipart(theirs!)]);
    expect(Object.fromEntries(first.fields)).toEqual(Object.fromEntries(second.fields));
    expect(first.files).toEqual(second.files);
  });
});
