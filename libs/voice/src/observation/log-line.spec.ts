import { AudioConverter } from '@parlance/audio';
import { ParlanceError } from '@parlance/contracts';
import { spokenAudio } from '@parlance/testing';
import { Logger } from '@nestjs/common';
import { createVoice } from '../__fixtures__/create-voice.js';
import { FakeSpeechProvider, FakeTranscriptionProvider } from '../__fixtures__/fake-providers.js';
import { BreakerLog } from '../resilience/breaker-log.js';
import { Upstreams } from '../resilience/upstreams.js';
import { collect } from '../streams/async-streams.js';
import { logLine } from './log-line.js';

const never = new AbortController().signal;
const origin = { requestId: 'req_1', route: '/v1/audio/speech' };

describe('logLine', () => {
  it('is words where it is for no request', () => {
    expect(logLine('Well.', undefined)).toBe('Well.');
    expect(logLine('Well.', origin)).toEqual({ ...origin, message: 'Well.' });
  });
});

describe('the log of a request', () => {
  const converter = new AudioConverter({ threads: 1, ffmpeg: false });
  afterAll(() => converter.close());

  const lines: unknown[] = [];
  beforeEach(() => {
    lines.length = 0;
    for (const level of ['debug', 'log', 'warn', 'error'] as const) {
      jest.spyOn(Logger.prototype, level).mockImplementation((...[line]: unknown[]) => {
        lines.push(typeof line === 'function' ? (line as () => unknown)() : line);
      });
    }
  });
  const ends: (() => void)[] = [];
  afterEach(() => {
    for (const end of ends.splice(0)) end();
    jest.restoreAllMocks();
  });

  const lineOf = (words: string) => ({ ...origin, message: expect.stringContaining(words) });
  function setUp() {
    const [speaker, listener] = [new FakeSpeechProvider('mouth', { formats: ['mp3'] }), new FakeTranscriptionProvider('ears')];
    const upstreams = new Upstreams({ fingerprint: ({ name }) => name }, {});
    const log = new BreakerLog(upstreams);
    const options = { resilience: { retries: 0 } };
    ends.push(() => log.onModuleDestroy());
    return { speaker, listener, voice: createVoice({ converter, speakers: [speaker], listeners: [listener], upstreams, options }) };
  }

  it('names it where a provider fails, in the middle too, and where a breaker opens because of it', async () => {
    const { speaker, voice } = setUp();
    const broken = (async function* () {
      yield spokenAudio('mp3').subarray(0, 5000);
      throw new RangeError('a secret');
    })();
    const audio = { format: 'mp3' as const, sampleRate: 24_000, chunks: broken, warnings: [] };
    jest
      .spyOn(speaker, 'speak')
      .mockRejectedValueOnce(new TypeError('a secret'))
      .mockResolvedValueOnce(audio)
      .mockRejectedValueOnce(new ParlanceError('auth', 'No.'));
    const speak = async () => collect((await voice.speak({ text: 'Hello there.', format: 'mp3', origin, cache: false }, never)).chunks);
    for (let call = 0; call < 3; call++) await expect(speak()).rejects.toThrow(ParlanceError);
    expect(lines).toContainEqual(lineOf('mouth failed in an unforeseen way: TypeError'));
    expect(lines).toContainEqual(lineOf('mouth failed in an unforeseen way: RangeError'));
    expect(lines).toContainEqual(lineOf('open for'));
    expect(JSON.stringify(lines)).not.toContain('a secret');
    expect(lines.filter((line) => typeof line === 'string')).toEqual([]);
  });

  it('names it where a recording is not kept', async () => {
    const { listener, voice } = setUp();
    listener.failures.push(new ParlanceError('server', 'No.'));
    await expect(voice.transcribe({ audio: spokenAudio('wav'), origin }, never)).rejects.toThrow(ParlanceError);
    expect(lines).toContainEqual(lineOf('"operation":"transcribe"'));
    expect(lines.filter((line) => typeof line === 'string')).toEqual([]);
  });
});
