import { TranscriptionClient } from '@azure/ai-speech-transcription';
import {
  AZURE_KEY,
  parseMultipart,
  readSsml,
  spokenAudio,
  startAzureStandIn,
  wavOf,
  type CapturedRequest,
  type StandIn,
} from '@parlance/testing';
import { makeAzure, speechRequest, transcriptionRequest } from './__fixtures__/azure-bench.js';

describe('what is sent to Azure', () => {
  let standIn: StandIn;
  let provider: ReturnType<typeof makeAzure>;
  const { signal } = new AbortController();
  beforeAll(async () => {
    standIn = await startAzureStandIn();
    provider = makeAzure(standIn);
  });
  afterEach(() => standIn.reset());
  afterAll(async () => {
    await provider.close();
    await standIn.close();
  });

  /**
   * Left out: what a client says about itself (`user-agent`, `x-ms-client-request-id`), and how it keeps the connection
   * and marks the parts of a form.
   */
  const comparable = ({ method, path, query, headers }: CapturedRequest) => ({
    method,
    path,
    query: [...query],
    key: headers['ocp-apim-subscription-key'],
    accept: headers.accept,
    type: headers['content-type']?.split(';')[0],
  });
  const definitionOf = async (request: CapturedRequest) =>
    JSON.parse((await parseMultipart(request)).fields.get('definition')?.[0] ?? '') as unknown;

  it("asks for a transcript in the words of Azure's own client, but names what the recording is", async () => {
    const bytes = spokenAudio('mp3');
    await provider.transcription.transcribe(
      transcriptionRequest({ recording: { bytes, format: 'mp3' }, language: 'de', prompt: 'Contoso, Jessie' }),
      signal,
    );
    const client = new TranscriptionClient(standIn.url, { key: AZURE_KEY }, { allowInsecureConnection: true });
    await client.transcribe(bytes, { locales: ['de-DE'], phraseList: { phrases: ['Contoso', 'Jessie'] } });
    const [mine, original] = standIn.calls;
    expect(comparable(mine!)).toEqual(comparable(original!));
    expect(await definitionOf(mine!)).toEqual(await definitionOf(original!));
    const [{ files: ours }, { files: theirs }] = [await parseMultipart(mine!), await parseMultipart(original!)];
    // The client calls every recording `audio`, of octets; we know what it is.
    expect(ours).toEqual([{ ...theirs[0]!, filename: 'audio.mp3', type: 'audio/mpeg' }]);
  });

  it("asks for speech as the example in Azure's documentation does", async () => {
    await provider.speech.speak(speechRequest({ text: 'my voice is my passport', voice: 'en-US-JennyNeural', sampleRate: 16_000 }), signal);
    await fetch(`${standIn.url}/tts/cognitiveservices/v1`, {
      method: 'POST',
      headers: {
        'Ocp-Apim-Subscription-Key': AZURE_KEY,
        'Content-Type': 'application/ssml+xml',
        'X-Microsoft-OutputFormat': 'audio-16khz-128kbitrate-mono-mp3',
        'User-Agent': 'curl',
      },
      body: "<speak version='1.0' xml:lang='en-US'><voice name='en-US-JennyNeural'>my voice is my passport</voice></speak>",
    });
    const [mine, original] = standIn.calls;
    // The example says `*/*` to whatever comes; we say nothing.
    expect(comparable(mine!)).toEqual({ ...comparable(original!), accept: undefined });
    expect(mine!.headers['x-microsoft-outputformat']).toBe(original!.headers['x-microsoft-outputformat']);
    const [ours, theirs] = [readSsml(mine!.body.toString('utf8')), readSsml(original!.body.toString('utf8'))];
    expect(ours.text).toBe(theirs.text);
    expect(ours.elements.get('voice')).toEqual(theirs.elements.get('voice'));
    // We name the namespaces that the example leaves out.
    expect(ours.elements.get('speak')).toMatchObject(theirs.elements.get('speak')!);
  });

  it("recognises as the example in Azure's documentation does", async () => {
    const bytes = wavOf(spokenAudio('pcm'), 16_000);
    const short = makeAzure(standIn, undefined, { transcription: 'short' });
    await short.transcription.transcribe(
      transcriptionRequest({ model: 'short', language: 'en-US', recording: { bytes, format: 'wav', sampleRate: 16_000 } }),
      signal,
    );
    await short.close();
    await fetch(`${standIn.url}/stt/speech/recognition/conversation/cognitiveservices/v1?language=en-US&format=detailed`, {
      method: 'POST',
      headers: {
        'Ocp-Apim-Subscription-Key': AZURE_KEY,
        Accept: 'application/json;text/xml',
        'Content-Type': 'audio/wav; codecs=audio/pcm; samplerate=16000',
      },
      body: new Uint8Array(bytes),
    });
    const [mine, original] = standIn.calls;
    // The example takes XML as well, which never comes.
    expect(comparable(mine!)).toEqual({ ...comparable(original!), accept: 'application/json' });
    expect(mine!.headers['content-type']).toBe(original!.headers['content-type']);
    expect(mine!.body.equals(original!.body)).toBe(true);
  });
});
