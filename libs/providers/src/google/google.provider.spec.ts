import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpeechRequest, TranscriptionRequest } from '@parlance/contracts';
import {
  describeSpeechProvider,
  describeTranscriptionProvider,
  GOOGLE_KEY,
  jsonBody,
  SPOKEN_TEXT,
  spokenAudio,
  startGoogleStandIn,
  wavOf,
  type CapturedRequest,
  type GoogleStandIn,
} from '@parlance/testing';
import { googleErrors, googleReply, makeGoogle, speechRequest, transcriptionRequest } from './__fixtures__/google-bench.js';

const part = (request: CapturedRequest, name: string) => (jsonBody(request)[name] ?? {}) as Record<string, unknown>;

describeSpeechProvider('google', {
  start: async () => {
    const standIn = await startGoogleStandIn();
    return {
      standIn,
      goodKey: GOOGLE_KEY,
      create: (settings) => {
        const { speech, close, probe } = makeGoogle(standIn, settings);
        return { provider: speech, close, probe };
      },
      request: speechRequest,
      wire: {
        text: (request) => part(request, 'input')['text'] as string,
        voice: (request) => (part(request, 'voice')['name'] as string | undefined) ?? 'default',
        language: (request) => part(request, 'voice')['languageCode'] as string,
        speed: (request) => part(request, 'audioConfig')['speakingRate'] as number | undefined,
        format: (request) => part(request, 'audioConfig')['audioEncoding'] as string,
      },
      errors: googleErrors,
      streams: false,
      emptySuccess: googleReply(200, {}),
      unsupported: { instructions: 'Whisper.' },
    };
  },
});

describeTranscriptionProvider('google', {
  start: async () => {
    const standIn = await startGoogleStandIn();
    return {
      standIn,
      goodKey: GOOGLE_KEY,
      create: (settings) => {
        const { transcription, close, probe } = makeGoogle(standIn, settings);
        return { provider: transcription, close, probe };
      },
      request: transcriptionRequest,
      wire: {
        model: (request) => part(request, 'config')['model'] as string,
        language: (request) => part(request, 'config')['languageCode'] as string,
        prompt: (request) => JSON.stringify(part(request, 'config')['speechContexts']),
        punctuation: (request) => part(request, 'config')['enableAutomaticPunctuation'] as boolean,
        profanityFilter: (request) => part(request, 'config')['profanityFilter'] as boolean | undefined,
        audio: (request) => Buffer.from(part(request, 'audio')['content'] as string, 'base64'),
      },
      errors: googleErrors,
      silence: googleReply(200, {}),
      expected: { text: SPOKEN_TEXT, words: true, segments: true },
    };
  },
});

describeTranscriptionProvider('google v2', {
  start: async () => {
    const standIn = await startGoogleStandIn();
    return {
      standIn,
      goodKey: GOOGLE_KEY,
      create: (settings) => {
        const { transcription, close, probe } = makeGoogle(standIn, settings, { apiVersion: 'v2', project: 'stand-in-project' });
        return { provider: transcription, close, probe };
      },
      request: (changes) =>
        transcriptionRequest({ model: 'long', recording: { bytes: spokenAudio('mp3'), format: 'mp3', duration: 2 }, ...changes }),
      wire: {
        model: (request) => part(request, 'config')['model'] as string,
        language: (request) => (part(request, 'config')['languageCodes'] as string[])[0],
        prompt: (request) => JSON.stringify(part(request, 'config')['adaptation']),
        punctuation: (request) => features(request)['enableAutomaticPunctuation'],
        profanityFilter: (request) => features(request)['profanityFilter'],
        audio: (request) => Buffer.from(jsonBody(request)['content'] as string, 'base64'),
      },
      errors: googleErrors,
      silence: googleReply(200, { metadata: { totalBilledDuration: '3s' } }),
      expected: { text: SPOKEN_TEXT, words: true, segments: true },
    };
  },
});

const features = (request: CapturedRequest) => part(request, 'config')['features'] as Record<string, boolean | undefined>;

describe('google', () => {
  let standIn: GoogleStandIn;
  let folder: string;
  let credentialsFile: string;
  beforeAll(async () => {
    standIn = await startGoogleStandIn();
    folder = mkdtempSync(join(tmpdir(), 'google-'));
    credentialsFile = join(folder, 'key.json');
    writeFileSync(credentialsFile, JSON.stringify(standIn.account.keyFile));
  });
  afterEach(() => standIn.reset());
  afterAll(async () => {
    await standIn.close();
    rmSync(folder, { recursive: true });
  });
  const signal = () => new AbortController().signal;

  async function speak(changes: Partial<SpeechRequest> = {}, options: Record<string, unknown> = {}) {
    const { speech, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, options);
    try {
      const audio = await speech.speak(speechRequest(changes), signal());
      const parts: Uint8Array[] = [];
      for await (const chunk of audio.chunks) parts.push(chunk);
      return { ...audio, bytes: Buffer.concat(parts) };
    } finally {
      await close();
    }
  }

  async function transcribe(changes: Partial<TranscriptionRequest> = {}, options: Record<string, unknown> = {}, abort = signal()) {
    const { transcription, close } = makeGoogle(standIn, { key: GOOGLE_KEY }, options);
    try {
      return await transcription.transcribe(transcriptionRequest(changes), abort);
    } finally {
      await close();
    }
  }

  it('sends a full request as Google wants it, the options beside ours and never against them', async () => {
    const audio = await speak({
      text: 'Hi <there> & you.',
      voice: 'en-GB-Neural2-B',
      language: 'en-GB',
      format: 'wav',
      sampleRate: 16_000,
      speed: 1.25,
      pitch: -2,
      volumeGain: 3,
      options: { audioConfig: { effectsProfileId: ['telephony-class-application'], pitch: 9 }, input: { text: 'not this' } },
    });
    expect(jsonBody(standIn.calls[0]!)).toEqual({
      input: { text: 'Hi <there> & you.' },
      voice: { languageCode: 'en-GB', name: 'en-GB-Neural2-B' },
      audioConfig: {
        audioEncoding: 'LINEAR16',
        sampleRateHertz: 16_000,
        speakingRate: 1.25,
        pitch: -2,
        volumeGainDb: 3,
        effectsProfileId: ['telephony-class-application'],
      },
    });
    expect(audio).toMatchObject({ sampleRate: 16_000, warnings: [], usage: { characters: 17 } });
    expect(audio.bytes.readUInt32LE(24)).toBe(16_000);
    expect(standIn.calls[0]).toMatchObject({ method: 'POST', path: '/v1/text:synthesize' });
    expect(standIn.calls[0]!.query.size).toBe(0);
  });

  it.each([
    ['en', 'default', 'en-US'],
    ['en', 'en-AU-Neural2-A', 'en-AU'],
    ['zh', 'default', 'cmn-CN'],
    ['zh-TW', 'cmn-TW-Wavenet-A', 'cmn-TW'],
    ['no', 'nb-NO-Wavenet-A', 'nb-NO'],
    ['ar', 'ar-XA-Chirp3-HD-Kore', 'ar-XA'],
    ['sr', 'default', 'sr-RS'],
  ])('speaks %s by %s as %s', async (language, voice, expected) => {
    await speak({ language, voice });
    expect(jsonBody(standIn.calls[0]!)['voice']).toMatchObject({ languageCode: expected });
  });

  it('counts the text in bytes', async () => {
    await expect(speak({ text: 'ж'.repeat(2501) })).rejects.toMatchObject({ code: 'too_large' });
    expect(standIn.requests).toHaveLength(0);
    expect((await speak({ text: 'ж'.repeat(2500) })).bytes.byteLength).toBeGreaterThan(0);
    await expect(speak({ text: 'ж'.repeat(2501) }, { maximumTextBytes: 9000 })).rejects.toMatchObject({ code: 'too_large' });
    expect(standIn.requests).toHaveLength(2);
  });

  it('leaves out what Chirp voices do not have, and says so', async () => {
    const { warnings } = await speak({ voice: 'en-US-Chirp3-HD-Kore', pitch: 2, sampleRate: 44_100, format: 'opus' });
    expect(warnings.map(({ param }) => param)).toEqual(['pitch', 'sampleRate']);
    expect(part(standIn.calls[0]!, 'audioConfig')).toEqual({ audioEncoding: 'OGG_OPUS', sampleRateHertz: 48_000 });
  });

  it("names Gemini's models and tells them how to speak", async () => {
    const { warnings } = await speak({ model: 'gemini-2.5-flash-tts', voice: 'Kore', instructions: 'Whisper.' });
    expect(warnings).toEqual([]);
    expect(jsonBody(standIn.calls[0]!)).toMatchObject({
      input: { text: 'Hello.', prompt: 'Whisper.' },
      voice: { name: 'Kore', modelName: 'gemini-2.5-flash-tts', languageCode: 'en-US' },
    });
  });

  it('takes an error inside of a success for an error', async () => {
    standIn.fail(googleReply(200, { error: { code: 8, message: 'Quota exceeded.' } }));
    await expect(transcribe()).rejects.toMatchObject({ code: 'rate' });
  });

  it('signs in as a service account, with a token it signs itself', async () => {
    const signedIn = { apiKey: undefined, credentialsFile, project: 'stand-in-project' };
    await expect(transcribe({}, signedIn)).resolves.toMatchObject({ text: SPOKEN_TEXT });
    await speak({}, signedIn);
    for (const { headers } of standIn.requests) {
      expect(headers.authorization).toMatch(/^Bearer /);
      expect(headers['x-goog-user-project']).toBe('stand-in-project');
    }
  });

  it('does not tell where the key file would be', async () => {
    const nowhere = join(folder, 'nowhere.json');
    const error: unknown = await speak({}, { apiKey: undefined, credentialsFile: nowhere }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'auth', provider: 'google', message: expect.not.stringContaining(folder) });
    const foreign = await startGoogleStandIn();
    await foreign.close();
    writeFileSync(nowhere, JSON.stringify(foreign.account.keyFile));
    await expect(speak({}, { apiKey: undefined, credentialsFile: nowhere })).rejects.toMatchObject({ code: 'auth' });
  });

  it('joins the results and reads their times', async () => {
    const words = (text: string, at: number) =>
      text.split(' ').map((word, index) => ({ word, startTime: `${at + index}s`, endTime: `${at + index}.500s` }));
    const results = [
      {
        alternatives: [{ transcript: 'good morning', confidence: 0.8, words: words('good morning', 1) }],
        resultEndTime: '2.500s',
        languageCode: 'en-us',
      },
      { alternatives: [{}] },
      { alternatives: [{ transcript: ' to you', confidence: 0.6 }], resultEndTime: '4.100s', languageCode: 'en-us' },
    ];
    standIn.fail(googleReply(200, { results, totalBilledTime: '15s' }));
    const transcript = await transcribe({ recording: { bytes: spokenAudio('wav'), format: 'wav' }, temperature: 0.5 });
    expect(transcript).toMatchObject({
      text: 'good morning to you',
      language: 'en-US',
      duration: 4.1,
      usage: { seconds: 15 },
      segments: [
        { start: 1, end: 2.5, text: 'good morning' },
        { start: 2.5, end: 4.1, text: 'to you' },
      ],
      words: [
        { start: 1, end: 1.5, word: 'good' },
        { start: 2, end: 2.5, word: 'morning' },
      ],
      warnings: [{ code: 'unsupported_option', param: 'temperature' }],
    });
    expect(transcript.confidence).toBeCloseTo(0.7);
  });

  it('hears nothing in silence', async () => {
    const recording = { bytes: wavOf(Buffer.alloc(32_000), 16_000), format: 'wav' as const, duration: 1 };
    await expect(transcribe({ recording })).resolves.toMatchObject({ text: '', duration: 1, usage: { seconds: 1 } });
  });

  it.each([
    ['ogg-opus', 'opus', { encoding: 'OGG_OPUS', sampleRateHertz: 48_000 }],
    ['flac', 'flac', {}],
    ['wav', 'wav', {}],
    ['pcm', 'pcm', { encoding: 'LINEAR16', sampleRateHertz: 24_000 }],
  ] as const)('says what %s is', async (format, fixture, expected) => {
    const recording = { bytes: spokenAudio(fixture), format, ...(format === 'pcm' ? { sampleRate: 24_000 } : {}) };
    await expect(transcribe({ recording })).resolves.toMatchObject({ text: SPOKEN_TEXT });
    const { encoding, sampleRateHertz } = part(standIn.calls[0]!, 'config');
    expect({ encoding, sampleRateHertz }).toEqual({ encoding: undefined, sampleRateHertz: undefined, ...expected });
  });

  it('is told other languages to expect, or lets v2 find out', async () => {
    await transcribe({}, { defaultLanguage: 'de', alternativeLanguages: 'fr, zh' });
    expect(part(standIn.calls[0]!, 'config')).toMatchObject({ languageCode: 'de-DE', alternativeLanguageCodes: ['fr-FR', 'cmn-Hans-CN'] });
    await transcribe({ model: 'chirp_2' }, { apiVersion: 'v2', project: 'p', location: 'eu' });
    expect(standIn.calls[1]).toMatchObject({ path: '/v2/projects/p/locations/eu/recognizers/_:recognize' });
    expect(part(standIn.calls[1]!, 'config')).toMatchObject({ languageCodes: ['auto'], autoDecodingConfig: {} });
  });

  it('needs a project for v2', () => {
    expect(() => makeGoogle(standIn, { key: GOOGLE_KEY }, { apiVersion: 'v2' })).toThrow(expect.objectContaining({ code: 'invalid' }));
  });

  it('says for the doctor whether it can be reached and used', async () => {
    const good = makeGoogle(standIn);
    await expect(good.diagnose()).resolves.toMatchObject([{ provider: 'google', part: 'speech', state: 'ok' }]);
    const bad = makeGoogle(standIn, { key: 'another-key-0123456789' });
    await expect(bad.diagnose()).resolves.toMatchObject([{ state: 'broken', detail: expect.stringContaining('check the key') }]);
    await Promise.all([good.close(), bad.close()]);
  });
});
