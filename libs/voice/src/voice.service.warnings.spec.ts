import { setImmediate as untilKept } from 'node:timers/promises';
import { AudioConverter } from '@parlance/audio';
import { createVoice } from './__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from './__fixtures__/fake-providers.js';
import { toneRecording } from './__fixtures__/tone.js';
import { collect } from './streams/async-streams.js';
import type { SpeakRequest, TranscribeRequest } from './voice.types.js';

const never = new AbortController().signal;

/** What a provider cannot do changes nothing of what it makes: whoever is served with that is told all the same. */
describe('VoiceService tells what could not be done as asked', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  let audio: Uint8Array;
  beforeAll(async () => {
    audio = await toneRecording(converter, 2);
  });
  afterAll(() => converter.close());

  function setUp() {
    const voice = createVoice({
      converter,
      speakers: [new FakeSpeechProvider('one')],
      listeners: [new FakeTranscriptionProvider('two')],
      options: { resilience: { retries: 0 } },
    });
    const speak = async (request: Partial<SpeakRequest> = {}) => {
      const speech = await voice.speak({ text: 'Hello there.', format: 'wav', ...request }, never);
      await collect(speech.chunks);
      await untilKept();
      return speech;
    };
    const transcribe = (request: Partial<TranscribeRequest> = {}) => voice.transcribe({ audio, ...request }, never);
    return { speak, transcribe };
  }

  const told = ({ warnings, trace }: { warnings: readonly { param?: string }[]; trace: { cache: string } }) => [
    trace.cache,
    ...warnings.map(({ param }) => param),
  ];

  it('of speech from the cache, to those who asked for it', async () => {
    const { speak } = setUp();
    expect(told(await speak({ instructions: 'Softly.' }))).toEqual(['miss', 'instructions']);
    const again = await speak({ instructions: 'Softly.' });
    expect(told(again)).toEqual(['hit', 'instructions']);
    expect(told((await again.again?.())!)).toEqual(['hit', 'instructions']);
    expect(told(await speak({ pitch: 2 }))).toEqual(['hit', 'pitch']);
    expect(told(await speak())).toEqual(['hit']);
  });

  it('of speech that is shared, to those who asked for it', async () => {
    const { speak } = setUp();
    const all = await Promise.all([speak({ instructions: 'Softly.' }), speak(), speak({ pitch: 2 })]);
    expect(all.map(told)).toEqual([['miss', 'instructions'], ['coalesced'], ['coalesced', 'pitch']]);
  });

  it('of transcripts from the cache, to those who asked for it', async () => {
    const { transcribe } = setUp();
    expect(told(await transcribe({ prompt: 'Names.' }))).toEqual(['miss', 'prompt']);
    expect(told(await transcribe({ prompt: 'Names.' }))).toEqual(['hit', 'prompt']);
    expect(told(await transcribe({ prompt: 'Names.', punctuation: false }))).toEqual(['hit', 'prompt', 'punctuation']);
  });

  it('of transcripts that are shared, to those who asked for it', async () => {
    const { transcribe } = setUp();
    const all = await Promise.all([transcribe({ punctuation: false }), transcribe(), transcribe({ profanityFilter: true })]);
    // Whoever is first at it makes it.
    expect(all.map(({ trace }) => trace.cache).toSorted()).toEqual(['coalesced', 'coalesced', 'miss']);
    expect(all.map((one) => told(one).slice(1))).toEqual([['punctuation'], [], ['profanityFilter']]);
  });
});
