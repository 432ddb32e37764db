import { TranscriptionClient } from '@azure/ai-speech-transcription';
import { isAudio } from '../audio/audio-kind.js';
import { SPOKEN_TEXT, spokenAudio, wavOf } from '../audio/spoken-audio.js';
import type { StandIn } from '../stand-in.js';
import { AZURE_KEY, startAzureStandIn } from './azure.stand-in.js';

/** As the media type of the example has it. */
const announced = wavOf(spokenAudio('pcm'), 16_000);

let standIn: StandIn;
beforeAll(async () => {
  standIn = await startAzureStandIn();
});
afterEach(() => standIn.reset());
afterAll(() => standIn.close());

describe("the stand-in for Azure, asked by Azure's own client for transcription", () => {
  const client = (key = AZURE_KEY) =>
    new TranscriptionClient(standIn.url, { key }, { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });

  it('hears a recording', async () => {
    const result = await client().transcribe(spokenAudio('mp3'), { locales: ['en-US'], phraseList: { phrases: ['Contoso'] } });
    expect(result.combinedPhrases[0]?.text).toBe(SPOKEN_TEXT);
    expect(result.phrases[0]?.words?.[1]).toEqual({ text: 'morning', offsetInMs: 460, durationInMs: 320 });
  });

  it('refuses a wrong key', async () => {
    await expect(client('wrong').transcribe(spokenAudio('mp3'), {})).rejects.toMatchObject({ name: 'RestError', statusCode: 401 });
  });

  it.each([
    ['what is no audio', Buffer.from('This is no audio.'), {}],
    ['a language without a region', spokenAudio('wav'), { locales: ['en'] }],
  ])('refuses %s', async (_what, recording, options) => {
    await expect(client().transcribe(recording, options)).rejects.toMatchObject({ statusCode: 400 });
  });
});

/** The client for speech speaks WebSocket only: these are the requests of Azure's own examples, with another address and key. */
describe("the stand-in for Azure, asked by the examples in Azure's documentation", () => {
  const example = `<speak version='1.0' xml:lang='en-US'>
    <voice xml:lang='en-US' xml:gender='Female' name='en-US-JennyNeural'>
        my voice is my passport verify me
    </voice>
</speak>`;
  const speak = (body: string, headers: Record<string, string> = {}) =>
    fetch(`${standIn.url}/tts/cognitiveservices/v1`, {
      method: 'POST',
      headers: {
        'Ocp-Apim-Subscription-Key': AZURE_KEY,
        'Content-Type': 'application/ssml+xml',
        'X-Microsoft-OutputFormat': 'audio-16khz-128kbitrate-mono-mp3',
        'User-Agent': 'curl',
        ...headers,
      },
      body,
    });
  const recognise = (query: string, body: Buffer, headers: Record<string, string> = {}) =>
    fetch(`${standIn.url}/stt/speech/recognition/conversation/cognitiveservices/v1?${query}`, {
      method: 'POST',
      headers: {
        'Ocp-Apim-Subscription-Key': AZURE_KEY,
        Accept: 'application/json;text/xml',
        'Content-Type': 'audio/wav; codecs=audio/pcm; samplerate=16000',
        ...headers,
      },
      body: new Uint8Array(body),
    });

  it('speaks', async () => {
    const answer = await speak(example);
    expect(answer.status).toBe(200);
    expect(isAudio(new Uint8Array(await answer.arrayBuffer()))).toBe(true);
  });

  it.each([
    ['a wrong key', example, { 'Ocp-Apim-Subscription-Key': 'wrong' }, 401],
    ['another content type', example, { 'Content-Type': 'application/json' }, 415],
    ['a format there is not', example, { 'X-Microsoft-OutputFormat': 'mp3' }, 400],
    ['an agent without a name', example, { 'User-Agent': '' }, 400],
    ['an ampersand', example.replace('voice is', 'voice & is'), {}, 400],
    ['an element that is not ended', example.replace('</voice>', ''), {}, 400],
    ['an element nobody knows', example.replaceAll('voice', 'choir'), {}, 400],
    ['a voice there is not', example.replace('JennyNeural', 'Nobody'), {}, 400],
    ['a text of nothing', example.replace('my voice is my passport verify me', ''), {}, 400],
  ])('refuses %s without any JSON', async (_what, body, headers, status) => {
    const answer = await speak(body, headers);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type') ?? 'text/plain').toBe('text/plain');
  });

  it('lists voices to whoever has the key', async () => {
    const list = (key: string) =>
      fetch(`${standIn.url}/tts/cognitiveservices/voices/list`, { headers: { 'Ocp-Apim-Subscription-Key': key } });
    expect(await (await list(AZURE_KEY)).json()).toMatchObject([{ ShortName: 'en-US-JennyNeural', Locale: 'en-US' }]);
    expect((await list('wrong')).status).toBe(401);
  });

  it('recognises', async () => {
    const simple = await recognise('language=en-US', announced);
    expect(await simple.json()).toMatchObject({ RecognitionStatus: 'Success', DisplayText: SPOKEN_TEXT });
    const detailed = await recognise('language=en-US&format=detailed', spokenAudio('opus'), { 'Content-Type': 'audio/ogg; codecs=opus' });
    expect(await detailed.json()).toMatchObject({ RecognitionStatus: 'Success', NBest: [{ Display: SPOKEN_TEXT }] });
  });

  it.each([
    ['no language', 'format=detailed', announced, {}, 400],
    ['another kind of audio', 'language=en-US', spokenAudio('mp3'), {}, 400],
    ['another rate than was announced', 'language=en-US', wavOf(spokenAudio('pcm'), 24_000), {}, 400],
    ['a media type it does not know', 'language=en-US', spokenAudio('mp3'), { 'Content-Type': 'audio/mpeg' }, 415],
    ['a wrong key', 'language=en-US', announced, { 'Ocp-Apim-Subscription-Key': 'wrong' }, 401],
  ] as const)('refuses to recognise with %s', async (_what, query, audio, headers, status) => {
    expect((await recognise(query, audio, headers)).status).toBe(status);
  });
});
