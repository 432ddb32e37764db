import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import {
  AZURE_KEY,
  describeSpeechProvider,
  describeTranscriptionProvider,
  parseMultipart,
  readSsml,
  SPOKEN_TEXT,
  spokenAudio,
  startAzureStandIn,
  type CapturedRequest,
  type StandIn,
} from '@parlance/testing';
import { AZURE_ERRORS, azureReply, makeAzure, speechRequest, transcriptionRequest } from './__fixtures__/azure-bench.js';

const ssml = ({ body }: CapturedRequest) => readSsml(body.toString('utf8'));

describeSpeechProvider('azure', {
  start: async () => {
    const standIn = await startAzureStandIn();
    return {
      standIn,
      goodKey: AZURE_KEY,
      create: (settings) => {
        const { speech, close, probe } = makeAzure(standIn, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => ssml(request).text,
        voice: (request) => ssml(request).elements.get('voice')?.['name'] ?? '',
        language: (request) => ssml(request).elements.get('speak')?.['xml:lang'],
        format: ({ headers }) => headers['x-microsoft-outputformat'] as string,
        speed: (request) => 1 + parseFloat(ssml(request).elements.get('prosody')?.['rate'] ?? '0') / 100,
      },
      errors: AZURE_ERRORS,
      streams: true,
      unsupported: { options: { singing: true } },
    };
  },
});

describeTranscriptionProvider('azure, fast', {
  start: async () => {
    const standIn = await startAzureStandIn();
    return {
      standIn,
      goodKey: AZURE_KEY,
      create: (settings) => {
        const { transcription, close, probe } = makeAzure(standIn, settings);
        return { provider: transcription, close, probe };
      },
      request: transcriptionRequest,
      wire: {
        language: (request) => (definitionOf(request)['locales'] as string[] | undefined)?.[0],
        prompt: (request) => (definitionOf(request)['phraseList'] as { phrases: string[] } | undefined)?.phrases.join(', '),
        profanityFilter: (request) => ({ Masked: true, None: false })[String(definitionOf(request)['profanityFilterMode'])],
        audio: async (request) => (await parseMultipart(request)).files[0]!.bytes,
      },
      errors: AZURE_ERRORS,
      silence: azureReply(200, { durationMilliseconds: 2500, combinedPhrases: [], phrases: [] }),
      expected: { text: SPOKEN_TEXT, words: true, segments: true },
    };
  },
});

describeTranscriptionProvider('azure, short', {
  start: async () => {
    const standIn = await startAzureStandIn();
    return {
      standIn,
      goodKey: AZURE_KEY,
      create: (settings) => {
        const { transcription, close, probe } = makeAzure(standIn, settings, { transcription: 'short' });
        return { provider: transcription, close, probe };
      },
      request: (changes) => transcriptionRequest({ model: 'short', ...changes }),
      wire: {
        language: ({ query }) => query.get('language') ?? undefined,
        audio: ({ body }) => body,
        profanityFilter: ({ query }) => ({ masked: true, raw: false })[String(query.get('profanity'))],
      },
      errors: AZURE_ERRORS,
      silence: azureReply(200, { RecognitionStatus: 'InitialSilenceTimeout', Offset: 25_000_000, Duration: 0 }),
      expected: { text: SPOKEN_TEXT, segments: true },
    };
  },
});

/** The definition, out of a form whose text needs no parsing. */
function definitionOf({ body }: CapturedRequest): Record<string, unknown> {
  const source = /name="definition"\r\n\r\n([^\r]*)\r\n/.exec(body.toString('utf8'))?.[1] ?? '{}';
  return JSON.parse(source) as Record<string, unknown>;
}

describe('azure', () => {
  let standIn: StandIn;
  beforeAll(async () => {
    standIn = await startAzureStandIn();
  });
  afterEach(() => standIn.reset());
  afterAll(() => standIn.close());
  const signal = () => new AbortController().signal;

  async function speak(changes: Partial<SpeechRequest>) {
    const { speech, close } = makeAzure(standIn);
    try {
      const audio = await speech.speak(speechRequest(changes), signal());
      for await (const chunk of audio.chunks) if (chunk.byteLength === 0) throw new Error('There is an empty chunk.');
      return { audio, sent: standIn.calls[0]! };
    } finally {
      await close();
    }
  }

  async function transcribe(changes: Partial<TranscriptionRequest> = {}, options: Record<string, unknown> = {}) {
    const { transcription, close } = makeAzure(standIn, undefined, options);
    try {
      return await transcription.transcribe(transcriptionRequest(changes), signal());
    } finally {
      await close();
    }
  }

  it('writes everything it is asked for into one document', async () => {
    const { sent } = await speak({
      text: `A < B & "C" 'd'\u0000\u0008\uD800 ]]> 🙂`,
      language: 'de',
      speed: 0.75,
      pitch: -2,
      volumeGain: -6,
      options: { style: 'cheerful', styleDegree: 1.5 },
    });
    expect(sent.body.toString('utf8')).toBe(
      '<speak version="1.0" xmlns="http://www.w3.org/2001/10/synthesis" xmlns:mstts="http://www.w3.org/2001/mstts" xml:lang="de-DE">' +
        '<voice name="en-US-AvaMultilingualNeural"><lang xml:lang="de-DE"><mstts:express-as style="cheerful" styledegree="1.5">' +
        '<prosody rate="-25.00%" pitch="-2.00st" volume="-49.88%">A &lt; B &amp; &quot;C&quot; &apos;d&apos; ]]&gt; 🙂</prosody>' +
        '</mstts:express-as></lang></voice></speak>',
    );
  });

  it.each([
    ['en', 'en-GB-SoniaNeural', 'en-GB'],
    ['en', 'de-DE-KatjaNeural', 'en-US'],
    ['pt', 'en-US-AvaMultilingualNeural', 'pt-BR'],
    ['zh-Hant', 'zh-TW-HsiaoChenNeural', 'zh-TW'],
    ['no', 'nb-NO-PernilleNeural', 'nb-NO'],
  ])('speaks %s with %s as %s', async (language, voice, expected) => {
    const { sent } = await speak({ language, voice });
    expect(ssml(sent).elements.get('speak')?.['xml:lang']).toBe(expected);
    expect(ssml(sent).elements.has('lang')).toBe(voice.includes('Multilingual'));
  });

  it.each([
    ['opus', undefined, 'ogg-24khz-16bit-mono-opus', 24_000],
    ['opus', 48_000, 'ogg-48khz-16bit-mono-opus', 48_000],
    ['mp3', 8000, 'audio-16khz-128kbitrate-mono-mp3', 16_000],
    ['wav', 44_100, 'riff-44100hz-16bit-mono-pcm', 44_100],
    ['pcm', 96_000, 'raw-48khz-16bit-mono-pcm', 48_000],
  ] as const)('makes %s near %p Hz as %s', async (format, sampleRate, name, became) => {
    const { audio, sent } = await speak({ format, ...(sampleRate === undefined ? {} : { sampleRate }) });
    expect(sent.headers['x-microsoft-outputformat']).toBe(name);
    expect(audio.sampleRate).toBe(became);
  });

  it('looks for the language among the candidates, and passes options on', async () => {
    await transcribe({ options: { profanityFilterMode: 'Masked' } }, { candidateLanguages: ['en', 'de-AT'] });
    expect(definitionOf(standIn.calls[0]!)).toEqual({ profanityFilterMode: 'Masked', locales: ['en-US', 'de-AT'] });
  });

  it('says nothing of words to expect to an older version, and warns', async () => {
    const { warnings } = await transcribe({ prompt: 'Contoso' }, { apiVersion: '2024-11-15' });
    expect(definitionOf(standIn.calls[0]!)).toEqual({});
    expect(warnings).toEqual([expect.objectContaining({ code: 'unsupported_option', param: 'prompt' })]);
  });

  it.each(['NoMatch', 'InitialSilenceTimeout', 'BabbleTimeout'])('takes %s for silence', async (RecognitionStatus) => {
    standIn.fail(azureReply(200, { RecognitionStatus, Offset: 0, Duration: 0, DisplayText: '' }));
    await expect(transcribe({ model: 'short' }, { transcription: 'short' })).resolves.toMatchObject({
      text: '',
      duration: 2.06,
      warnings: [],
    });
  });

  it.each([{ RecognitionStatus: 'Error' }, {}])('takes the success %j for a failure', async (body) => {
    standIn.fail(azureReply(200, body));
    await expect(transcribe({ model: 'short' }, { transcription: 'short' })).rejects.toMatchObject({ code: 'server', provider: 'azure' });
  });

  it('hears short recordings in one language, and tells what they are', async () => {
    const recording = { bytes: spokenAudio('opus'), format: 'ogg-opus', duration: 2 } as const;
    const { segments, confidence, language } = await transcribe(
      { model: 'short', recording },
      { transcription: 'short', candidateLanguages: ['de'] },
    );
    expect({ segments, confidence, language }).toEqual({
      segments: [{ start: 0.1, end: 1.9, text: SPOKEN_TEXT }],
      confidence: 0.97,
      language: 'de',
    });
    expect(Object.fromEntries(standIn.calls[0]!.query)).toEqual({ language: 'de-DE', format: 'detailed' });
    expect(standIn.calls[0]!.headers['content-type']).toBe('audio/ogg; codecs=opus');
  });

  it('is for short recordings of one channel, at the rate that is told', async () => {
    const { transcription, close } = makeAzure(standIn, undefined, { transcription: 'short' });
    expect(transcription.capabilities.onlyPlain).toBe(true);
    await close();
    const recording = { bytes: spokenAudio('wav'), format: 'wav', sampleRate: 16_000 } as const;
    await expect(transcribe({ model: 'short', recording }, { transcription: 'short' })).rejects.toMatchObject({ code: 'invalid' });
  });

  it.each([
    [{ bytes: spokenAudio('mp3'), format: 'mp3' }, 'unsupported'],
    [{ bytes: spokenAudio('wav'), format: 'wav', duration: 61 }, 'too_large'],
  ] as const)('refuses what is not for short recordings before it asks', async (recording, code) => {
    await expect(transcribe({ model: 'short', recording }, { transcription: 'short' })).rejects.toMatchObject({ code });
    expect(standIn.calls).toEqual([]);
  });

  it.each([
    { apiKey: '' },
    { endpoint: undefined },
    { endpoint: undefined, region: 'evil.example/' },
    { apiVersion: 'new' },
    { candidateLanguages: ['german!'] },
  ])('refuses the options %j', (options) => {
    expect(() => makeAzure(standIn, undefined, options)).toThrow(expect.objectContaining({ code: 'invalid' }));
  });
});
